"""What S3 answers when it does not do what it was asked, as a plain sentence with the next act; no key or secret is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from transforms.errors import FixSettingsError, MayPassError, UnspunError

if TYPE_CHECKING:
    from flows.s3.address import Address

_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_MISSING = {"NoSuchKey", "404", "NotFound"}
_CHANGED = {"PreconditionFailed", "412", "ConditionalRequestConflict"}

_NO_BUCKET = "There is no bucket {bucket}: make it, or see whether its name and AWS_ENDPOINT_URL are right."
_NO_RIGHT = "These credentials may not {doing} at {address}: have the right given, or name others ({keys})."
_UNKNOWN_KEYS = "S3 does not take these credentials ({code}): name others ({keys})."
_OTHER_REGION = "The bucket {bucket} is in another region ({code}): name that in AWS_REGION."
_CANNOT = "The S3 server of {address} cannot {doing} ({code}): use one that knows conditional writes."
_ARCHIVED = "The object is archived ({code}), and must be restored before it is read."
_CLOCK = "This machine's clock is wrong, so S3 refuses its requests: set it."
# What is to be mended; codes are those of the S3 API reference, and the bare status where an answer has no body.
_MENDED = {
    "NoSuchBucket": _NO_BUCKET,
    "InvalidBucketName": _NO_BUCKET,
    "AccessDenied": _NO_RIGHT,
    "Forbidden": _NO_RIGHT,
    "AllAccessDisabled": _NO_RIGHT,
    "AccountProblem": _NO_RIGHT,
    "403": _NO_RIGHT,
    "InvalidAccessKeyId": _UNKNOWN_KEYS,
    "SignatureDoesNotMatch": _UNKNOWN_KEYS,
    "ExpiredToken": _UNKNOWN_KEYS,
    "InvalidToken": _UNKNOWN_KEYS,
    "TokenRefreshRequired": _UNKNOWN_KEYS,
    "PermanentRedirect": _OTHER_REGION,
    "AuthorizationHeaderMalformed": _OTHER_REGION,
    "301": _OTHER_REGION,
    "InvalidObjectState": _ARCHIVED,
    "RequestTimeTooSkewed": _CLOCK,
    "NotImplemented": _CANNOT,
    "501": _CANNOT,
}
_OTHERWISE = "S3 refused to {doing} at {address} ({code}): see whether the address is right."
_LATER = "S3 could not {doing} at {address} just now ({code}): run again later."
_PASSING = {
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TooManyRequests",
    "RequestTimeout",
    "OperationAborted",
    "429",
}
_SERVER_FAULTS = 500
# By a part of the name of botocore's exception; the first that fits.
_CLIENT_FAULTS = (
    ("NoCredentials", "There are no credentials for {address}: name them ({keys})."),
    ("PartialCredentials", "The credentials for {address} lack a half: name both ({keys})."),
    ("Profile", "The AWS profile cannot be used ({code}): see AWS_PROFILE and the file that it is in."),
    ("SSO", "The credentials for {address} cannot be had ({code}): log in anew."),
    ("Token", "The credentials for {address} cannot be had ({code}): log in anew."),
    ("Credential", "The credentials for {address} cannot be had ({code}): log in anew."),
    ("Config", "The AWS configuration cannot be used ({code}): see its file."),
    ("Region", "The region of {address} is not told, or not right: name it in AWS_REGION."),
    ("SSLError", "The certificate of the S3 server is not trusted: see AWS_ENDPOINT_URL and AWS_CA_BUNDLE."),
    ("ParamValidation", _OTHERWISE),
)
_SILENT = "S3 does not answer for {address} ({code}): see the network and AWS_ENDPOINT_URL, and run again."


class MissingError(Exception):
    """There is no such object."""


class ChangedError(Exception):
    """The object is not as the condition said: somebody else wrote it."""


class ForbiddenError(FixSettingsError):
    """This object may not be read, or cannot be read before it is restored."""


@contextmanager
def explained(address: "Address", doing: str) -> Iterator[None]:
    """Turns what boto3 raises into errors of ours.

    Args:
        address: What was asked for.
        doing: What it was asked to do, as after "may not": "read objects".

    Raises:
        MissingError: There is no such object.
        ChangedError: A condition did not hold.
        FixSettingsError: Credentials, bucket, region or address are wrong; ForbiddenError where a right is missing.
        MayPassError: S3 does not answer, or asks to come later.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; boto3 is an extra

    try:
        yield
    except ClientError as error:
        raise _of_answer(error.response, address, doing) from error
    except BotoCoreError as error:
        raise _of_client(type(error).__name__, address, doing) from error


def _of_answer(response: dict[str, dict[str, object]], address: "Address", doing: str) -> Exception:
    code = str(response.get("Error", {}).get("Code", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _MISSING:
        return MissingError(str(address))
    if code in _CHANGED:
        return ChangedError(str(address))
    passes = code in _PASSING or (
        isinstance(status, int) and status >= _SERVER_FAULTS and code not in _MENDED
    )
    sentence = _say(_LATER if passes else _MENDED.get(code, _OTHERWISE), code, address, doing)
    if passes:
        return MayPassError(sentence)
    is_of_object = _MENDED.get(code) in {_NO_RIGHT, _ARCHIVED}
    return ForbiddenError(sentence) if is_of_object else FixSettingsError(sentence)


def _of_client(kind: str, address: "Address", doing: str) -> UnspunError:
    sentence = next((sentence for part, sentence in _CLIENT_FAULTS if part in kind), None)
    if sentence is None:
        return MayPassError(_say(_SILENT, kind, address, doing))
    return FixSettingsError(_say(sentence, kind, address, doing))


def _say(sentence: str, code: str, address: "Address", doing: str) -> str:
    return sentence.format(code=code, address=address, bucket=address.bucket, doing=doing, keys=_KEYS)
