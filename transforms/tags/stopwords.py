"""Words that sites leave out when they make hashtags of a title, and that weigh nothing when one is matched."""

# English function words and the weak verbs of headlines; other sites use other lists, so `title_match` only weighs by it.
_ENGLISH = """
a able about above according across actually after afterwards again against ago all allow allows almost
alone along already also although always am amid among amongst an and another any anybody anyhow anyone
anything anyway anywhere apart appear are aren around as aside ask asking at available away be became
because become becomes been before beforehand behind being below beside besides best better between beyond
both brief but by came can cannot cause certain certainly clearly come comes consider contain could
currently definitely despite did different do does doing done down downwards due during each either else
elsewhere end enough entirely especially etc even ever every everybody everyone everything everywhere
exactly example except far few fifth first five followed follows for former formerly forth four from
further get gets given gives go goes going gone got gotten had happens hardly has have having he hello
help hence her here hers herself hi him himself his hither how however i if immediate in indeed inner
instead into inward is it its itself just keep keeps kept know known knows last lately later latter least
less lest let like liked little look looking looks mainly may maybe me mean meanwhile merely might more
moreover most mostly must my myself namely near nearly necessary need needs neither never nevertheless new
next nine no nobody non none nor normally not nothing now nowhere obviously of off often oh ok okay old on
once one ones only onto or other others otherwise ought our ours ourselves out outside over overall own
particular particularly per perhaps please plus possible presumably probably quite rather really
reasonably regarding regardless regards relatively respectively right said same saw say saying says second
secondly see seeing seem seemed seems seen self selves sensible sent serious seriously seven several shall
she should since six so some somebody somehow someone something sometimes somewhat somewhere soon still
sub such sure take taken tell than thank thanks that the their theirs them themselves then thence
there therefore these they thing things think this those though three through throughout thus till to
together too took toward towards tried tries truly try trying twice two un under unless unlikely until
unto up upon us use used useful uses using usually value various very via vs want wants was way we welcome
went were what whatever when whence whenever where whereas wherever whether which while whither who
whoever whole whom whose why will willing wish with within without wonder would yes yet you your yours
yourself yourselves zero
"""

# The commonest function words of other languages in Latin, Cyrillic and Greek script (those of three letters and more).
_OTHERS = """
der die das den dem des ein eine einen einem einer und oder aber auf aus bei bis durch für gegen mit nach
ohne über unter vom von vor wegen zum zur zwischen ist sind war wird werden wie wer was nicht noch nur
auch als dass sich les une dans pour par sur sous avec sans entre vers chez que qui quoi dont est sont été
fait plus pas aux son ses leur leurs cette ces mais los las una unos unas del con por para sin sobre hasta
desde pero como más fue está este esta ese esa sus dos nos nas uma uns pelo pela com não mas foi são seu
sua gli dei degli delle della dello nel nella per tra fra che chi non più sono suo het een van voor met
naar door over uit bij niet ook maar zijn wordt dat när och att det som för med till från ett ikke til har
var για στο στη στην στον και από που τον την των της του δεν или для при про над под без что как это его
они она все был была были после перед из-за тоже від під та або але що його вони nie jest się dla przez
pod nad przy oraz ale jak przed ich jego tym bir ile için gibi ama daha olan çok kadar sonra önce yang dan
dari untuk dengan pada ini itu dalam tidak akan oleh
"""

ENGLISH = frozenset(_ENGLISH.split())
OTHERS = frozenset(_OTHERS.split())
