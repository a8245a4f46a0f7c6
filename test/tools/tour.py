"""A tour with boto3 over what infrastructure tools set up: each resource is created, read, changed, listed
and deleted, and what is read must be what was written, so that a tool finds nothing to change.

OSTIARY_ENDPOINT is the server. Operations that are newer than old versions of boto3 are called by their names
(function raw); with a newer boto3 the tour is the same.
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

ENDPOINT = os.environ["OSTIARY_ENDPOINT"]
REGION, ACCOUNT = "us-east-1", "000000000000"
idp = boto3.client(
    "cognito-idp", endpoint_url=ENDPOINT, region_name=REGION,
    aws_access_key_id="AKIDTOUR", aws_secret_access_key="secret",
    config=Config(retries={"max_attempts": 1}),
)
failures = []


def raw(operation, refusal=False, **members):
    """Calls an operation by its name, signed by botocore. It must succeed, or fail if refusal is set: then the
    answer is the error."""
    request = AWSRequest("POST", ENDPOINT + "/", data=json.dumps(members), headers={
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService." + operation,
    })
    SigV4Auth(Credentials("AKIDTOUR", "secret"), "cognito-idp", REGION).add_auth(request)
    sent = urllib.request.Request(request.url, request.data.encode(), dict(request.headers))
    try:
        with urllib.request.urlopen(sent) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    if (status != 200) != refusal:
        sys.exit("%s: status %d, %s" % (operation, status, body.decode()))
    return json.loads(body or b"{}")


def check(what, ok, detail=""):
    if not ok:
        failures.append("%s: %s" % (what, detail))


def same(what, wanted, got):
    check(what, wanted == got, "\n   want %r\n   got  %r" % (wanted, got))


def lacks(wanted, got, path=""):
    """What of wanted is not in got: members of structures count one by one, all else as a whole."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [p for k, v in wanted.items() for p in lacks(v, got.get(k), path + "." + k)]
    return [] if wanted == got else ["%s: want %r, got %r" % (path, wanted, got)]


def holds(what, wanted, got):
    """got has all that was written."""
    missing = lacks(wanted, got)
    check(what, not missing, "\n   " + "\n   ".join(missing))


def stable(what, read):
    """Two readings are the same; answers one."""
    first = read()
    same(what + ", read again", first, read())
    return first


def refused(what, code, call, **members):
    try:
        call(**members)
    except idp.exceptions.ClientError as refusal:
        same(what, code, refusal.response["Error"]["Code"])
    else:
        check(what, False, "not refused")


def without(structure, *names):
    return {k: v for k, v in structure.items() if k not in names}


def pages(operation, member, key, size=1, **members):
    """The keys of a whole listing, by the paginator of boto3."""
    listing = idp.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **members)
    return sorted(key(entry) for page in listing for entry in page[member])


# ── User pools ─────────────────────────────────────────────────────────────────────────────────

pool_settings = {
    "Policies": {"PasswordPolicy": {
        "MinimumLength": 10, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True,
        "RequireSymbols": False, "TemporaryPasswordValidityDays": 3,
    }},
    "DeletionProtection": "ACTIVE",
    "LambdaConfig": {"PostConfirmation": "arn:aws:lambda:us-east-1:000000000000:function:welcome"},
    "AutoVerifiedAttributes": ["email"],
    "VerificationMessageTemplate": {
        "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": "Your code: {####}", "EmailSubject": "Code",
    },
    "SmsVerificationMessage": "Code {####}",
    "SmsAuthenticationMessage": "Sign in with {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT", "ReplyToEmailAddress": "help@example.com"},
    "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "id", "SnsRegion": "us-east-1"},
    "UserPoolTags": {"stage": "test", "team": "a b"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": False,
        "InviteMessageTemplate": {"EmailMessage": "{username} {####}", "EmailSubject": "Welcome", "SMSMessage": "{username} {####}"},
    },
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}, {"Priority": 2, "Name": "verified_phone_number"}]},
}
created = idp.create_user_pool(
    PoolName="tour", UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False},
    Schema=[
        {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
        {"Name": "plan", "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "20"}},
    ], **pool_settings)["UserPool"]
pool = created["Id"]


def describe_pool():
    return idp.describe_user_pool(UserPoolId=pool)["UserPool"]


described = stable("pool", describe_pool)
holds("pool as created", pool_settings, described)
holds("pool as answered", without(created, "EstimatedNumberOfUsers"), described)
same("sign-in by", ["email"], described["UsernameAttributes"])
same("ARN", "arn:aws:cognito-idp:%s:%s:userpool/%s" % (REGION, ACCOUNT, pool), described["Arn"])
schema = {a["Name"]: a for a in described["SchemaAttributes"]}
holds("custom attribute", {
    "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": False,
    "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "20"},
}, schema.get("custom:plan"))
check("required attribute", schema["email"]["Required"])

# Writing back what was read changes nothing: what tools do for settings that they do not manage.
settable = idp.meta.service_model.operation_model("UpdateUserPool").input_shape.members
written = {k: v for k, v in described.items() if k in settable}
idp.update_user_pool(UserPoolId=pool, **written)
same("pool written back", without(described, "LastModifiedDate"), without(describe_pool(), "LastModifiedDate"))

changed = dict(written, DeletionProtection="INACTIVE", UserPoolTags={"stage": "live"},
               Policies={"PasswordPolicy": dict(written["Policies"]["PasswordPolicy"], MinimumLength=12)})
idp.update_user_pool(UserPoolId=pool, **changed)
holds("pool as changed", changed, stable("changed pool", describe_pool))

idp.add_custom_attributes(UserPoolId=pool, CustomAttributes=[
    {"Name": "seats", "AttributeDataType": "Number", "Mutable": True, "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "500"}},
    {"Name": "since", "AttributeDataType": "DateTime", "Mutable": False},
])
schema = {a["Name"]: a for a in describe_pool()["SchemaAttributes"]}
same("number attribute", {"MinValue": "1", "MaxValue": "500"}, schema["custom:seats"].get("NumberAttributeConstraints"))
check("immutable attribute", not schema["custom:since"]["Mutable"])

other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
check("listed pools", {pool, other} <= set(pages("list_user_pools", "UserPools", lambda p: p["Id"])))
refused("a pool that is not there", "ResourceNotFoundException", idp.describe_user_pool, UserPoolId="us-east-1_none00000")
refused("a wrong setting", "InvalidParameterException", idp.create_user_pool, PoolName="x", MfaConfiguration="ON")

# ── Tags ───────────────────────────────────────────────────────────────────────────────────────

idp.tag_resource(ResourceArn=described["Arn"], Tags={"owner": "ana", "stage": "tour"})
idp.untag_resource(ResourceArn=described["Arn"], TagKeys=["owner", "none"])
same("tags", {"stage": "tour"}, idp.list_tags_for_resource(ResourceArn=described["Arn"])["Tags"])
same("tags of the pool", {"stage": "tour"}, describe_pool()["UserPoolTags"])

# ── MFA of the pool ────────────────────────────────────────────────────────────────────────────

mfa = {
    "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}", "SmsConfiguration": pool_settings["SmsConfiguration"]},
    "SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL",
}
holds("MFA as answered", mfa, idp.set_user_pool_mfa_config(UserPoolId=pool, **mfa))
holds("MFA", mfa, without(stable("MFA", lambda: without(idp.get_user_pool_mfa_config(UserPoolId=pool), "ResponseMetadata")), "ResponseMetadata"))
same("MFA of the pool", "OPTIONAL", describe_pool()["MfaConfiguration"])

# ── Resource servers ───────────────────────────────────────────────────────────────────────────

server = {"UserPoolId": pool, "Identifier": "https://orders.example.com", "Name": "Orders", "Scopes": [{"ScopeName": "read", "ScopeDescription": "Reads"}]}
same("resource server as answered", server, idp.create_resource_server(**server)["ResourceServer"])
server.update(Name="Orders 2", Scopes=server["Scopes"] + [{"ScopeName": "write", "ScopeDescription": "Writes"}])
idp.update_resource_server(**server)
same("resource server", server, stable("resource server", lambda: idp.describe_resource_server(
    UserPoolId=pool, Identifier=server["Identifier"])["ResourceServer"]))
idp.create_resource_server(UserPoolId=pool, Identifier="stock", Name="Stock")
same("listed resource servers", [server["Identifier"], "stock"], pages(
    "list_resource_servers", "ResourceServers", lambda s: s["Identifier"], UserPoolId=pool))
idp.delete_resource_server(UserPoolId=pool, Identifier="stock")
refused("a deleted resource server", "ResourceNotFoundException", idp.describe_resource_server, UserPoolId=pool, Identifier="stock")

# ── Identity providers ─────────────────────────────────────────────────────────────────────────

provider = {
    "ProviderName": "Corp", "ProviderType": "OIDC", "AttributeMapping": {"email": "email", "username": "sub"}, "IdpIdentifiers": ["corp.example.com"],
    "ProviderDetails": {
        "client_id": "c", "client_secret": "s", "attributes_request_method": "GET", "oidc_issuer": "https://idp.example.com",
        "authorize_scopes": "openid email", "authorize_url": "https://idp.example.com/authorize", "token_url": "https://idp.example.com/token",
        "attributes_url": "https://idp.example.com/userinfo", "jwks_uri": "https://idp.example.com/keys",
    },
}


def describe_provider():
    return idp.describe_identity_provider(UserPoolId=pool, ProviderName="Corp")["IdentityProvider"]


holds("provider as answered", provider, idp.create_identity_provider(UserPoolId=pool, **provider)["IdentityProvider"])
described = stable("provider", describe_provider)
holds("provider", provider, described)
written = {k: described[k] for k in ("ProviderDetails", "AttributeMapping", "IdpIdentifiers")}
idp.update_identity_provider(UserPoolId=pool, ProviderName="Corp", **written)
same("provider written back", without(described, "LastModifiedDate"), without(describe_provider(), "LastModifiedDate"))
written["AttributeMapping"] = {"email": "mail", "username": "sub"}
idp.update_identity_provider(UserPoolId=pool, ProviderName="Corp", **written)
holds("provider as changed", written, describe_provider())
same("provider by its identifier", describe_provider(), idp.get_identity_provider_by_identifier(
    UserPoolId=pool, IdpIdentifier="corp.example.com")["IdentityProvider"])
same("listed providers", ["Corp"], pages("list_identity_providers", "Providers", lambda p: p["ProviderName"], UserPoolId=pool))

# ── App clients, their secrets ─────────────────────────────────────────────────────────────────

client_settings = {
    "ClientName": "web", "RefreshTokenValidity": 5, "AccessTokenValidity": 30, "IdTokenValidity": 40,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
    "ReadAttributes": ["email", "custom:plan"], "WriteAttributes": ["custom:plan", "email"],
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    "SupportedIdentityProviders": ["COGNITO", "Corp"], "CallbackURLs": ["https://app.example.com/in", "http://localhost:3000"],
    "LogoutURLs": ["https://app.example.com/out"], "DefaultRedirectURI": "https://app.example.com/in",
    "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email", server["Identifier"] + "/read"],
    "AllowedOAuthFlowsUserPoolClient": True, "PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False, "AuthSessionValidity": 5,
}


def unordered(settings):
    """Lists of app clients are sets."""
    return {k: sorted(v) if isinstance(v, list) else v for k, v in settings.items()}


created = idp.create_user_pool_client(UserPoolId=pool, **client_settings)["UserPoolClient"]
client = created["ClientId"]


def describe_client():
    return idp.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]


described = stable("client", describe_client)
holds("client", unordered(client_settings), unordered(described))
same("client as answered", created, described)
check("a client without a secret", "ClientSecret" not in described)
settable = idp.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
written = {k: v for k, v in described.items() if k in settable}
idp.update_user_pool_client(**written)
same("client written back", without(described, "LastModifiedDate"), without(describe_client(), "LastModifiedDate"))
written.update(ClientName="web 2", CallbackURLs=["https://app.example.com/in"], AccessTokenValidity=20)
idp.update_user_pool_client(**written)
holds("client as changed", unordered(written), unordered(describe_client()))

machine = idp.create_user_pool_client(UserPoolId=pool, ClientName="machine", GenerateSecret=True, AllowedOAuthFlows=["client_credentials"],
                                      AllowedOAuthScopes=[server["Identifier"] + "/read"], AllowedOAuthFlowsUserPoolClient=True)["UserPoolClient"]
same("secret", machine["ClientSecret"], idp.describe_user_pool_client(UserPoolId=pool, ClientId=machine["ClientId"])["UserPoolClient"]["ClientSecret"])
same("listed clients", sorted(["web 2", "machine"]), pages("list_user_pool_clients", "UserPoolClients", lambda c: c["ClientName"], UserPoolId=pool))
of_machine = {"UserPoolId": pool, "ClientId": machine["ClientId"]}
second = raw("AddUserPoolClientSecret", **of_machine)["ClientSecretDescriptor"]
secrets = raw("ListUserPoolClientSecrets", **of_machine)["ClientSecrets"]
check("two secrets", len(secrets) == 2 and second["ClientSecretId"] in [s["ClientSecretId"] for s in secrets], secrets)
check("a listed secret is not shown", not any("ClientSecretValue" in s for s in secrets))
raw("DeleteUserPoolClientSecret", ClientSecretId=second["ClientSecretId"], **of_machine)
same("secrets after one was deleted", [s for s in secrets if s["ClientSecretId"] != second["ClientSecretId"]],
     raw("ListUserPoolClientSecrets", **of_machine)["ClientSecrets"])

# ── Groups and users ───────────────────────────────────────────────────────────────────────────

group = {"UserPoolId": pool, "GroupName": "admins", "Description": "Those who may", "RoleArn": "arn:aws:iam::000000000000:role/admins", "Precedence": 0}
holds("group as answered", group, idp.create_group(**group)["Group"])
group["Description"] = "Those who might"
idp.update_group(**group)
holds("group", group, stable("group", lambda: idp.get_group(UserPoolId=pool, GroupName="admins")["Group"]))
idp.create_group(UserPoolId=pool, GroupName="staff")
# An identity provider comes with a group of its own.
same("listed groups", ["admins", "staff", pool + "_Corp"], pages("list_groups", "Groups", lambda g: g["GroupName"], UserPoolId=pool))

PASSWORD = "Tour-passw0rd"
attributes = [{"Name": n, "Value": v} for n, v in
              {"email": "ana@example.com", "email_verified": "true", "custom:plan": "gold", "phone_number": "+12065550100", "phone_number_verified": "true"}.items()]
ana = {"UserPoolId": pool, "Username": "ana@example.com"}
user = idp.admin_create_user(UserAttributes=attributes, MessageAction="SUPPRESS", TemporaryPassword="Temp-passw0rd", **ana)["User"]
same("new user", ("FORCE_CHANGE_PASSWORD", True), (user["UserStatus"], user["Enabled"]))
refused("the same address again", "UsernameExistsException", idp.admin_create_user, MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "ANA@example.com"}], UserPoolId=pool, Username="ANA@example.com")


def get_user():
    return without(idp.admin_get_user(**ana), "ResponseMetadata")


def attributes_of(entry, member="UserAttributes"):
    return {a["Name"]: a["Value"] for a in entry[member]}


holds("attributes", {a["Name"]: a["Value"] for a in attributes}, attributes_of(stable("user", get_user)))
idp.admin_update_user_attributes(UserAttributes=[{"Name": "custom:seats", "Value": "12"}, {"Name": "custom:plan", "Value": "silver"}], **ana)
idp.admin_delete_user_attributes(UserAttributeNames=["custom:plan"], **ana)
got = attributes_of(get_user())
same("attributes as changed", ("12", None), (got.get("custom:seats"), got.get("custom:plan")))
refused("an attribute out of its bounds", "InvalidParameterException", idp.admin_update_user_attributes,
        UserAttributes=[{"Name": "custom:seats", "Value": "501"}], **ana)
refused("a weak password", "InvalidPasswordException", idp.admin_set_user_password, Password="short", **ana)
idp.admin_set_user_password(Password=PASSWORD, Permanent=True, **ana)
same("status with a password", "CONFIRMED", get_user()["UserStatus"])
idp.admin_disable_user(**ana)
same("disabled", False, get_user()["Enabled"])
idp.admin_enable_user(**ana)
same("enabled", True, get_user()["Enabled"])
idp.admin_create_user(UserPoolId=pool, Username="ben@example.com", MessageAction="SUPPRESS",
                      UserAttributes=[{"Name": "email", "Value": "ben@example.com"}])
same("listed users", ["ana@example.com", "ben@example.com"], pages("list_users", "Users", lambda u: attributes_of(u, "Attributes")["email"], UserPoolId=pool))
same("filtered users", ["ben@example.com"], pages("list_users", "Users", lambda u: attributes_of(u, "Attributes")["email"],
                                                  UserPoolId=pool, Filter='email ^= "ben"', AttributesToGet=["email"]))
for name in ("admins", "staff"):
    idp.admin_add_user_to_group(GroupName=name, **ana)
same("groups of a user", ["admins", "staff"], pages("admin_list_groups_for_user", "Groups", lambda g: g["GroupName"], **ana))
same("members", [user["Username"]], pages("list_users_in_group", "Users", lambda u: u["Username"], UserPoolId=pool, GroupName="admins"))
idp.admin_remove_user_from_group(GroupName="staff", **ana)
same("groups of a user after one was left", ["admins"], pages("admin_list_groups_for_user", "Groups", lambda g: g["GroupName"], **ana))
same("estimated users", 2, describe_pool()["EstimatedNumberOfUsers"])

# ── Import of users ────────────────────────────────────────────────────────────────────────────

header = idp.get_csv_header(UserPoolId=pool)["CSVHeader"]
check("CSV header", {"email", "email_verified", "custom:plan", "cognito:username", "cognito:mfa_enabled"} <= set(header), header)
job = idp.create_user_import_job(UserPoolId=pool, JobName="tour", CloudWatchLogsRoleArn="arn:aws:iam::000000000000:role/logs")["UserImportJob"]
of_job = {"UserPoolId": pool, "JobId": job["JobId"]}
same("import job", ("Created", "tour", pool), (job["Status"], job["JobName"], job["UserPoolId"]))


def describe_job():
    return idp.describe_user_import_job(**of_job)["UserImportJob"]


same("import job, read again", job, stable("import job", describe_job))
refused("a job without a file", "PreconditionNotMetException", idp.start_user_import_job, **of_job)
row = {"cognito:username": "cleo@example.com", "email": "cleo@example.com", "email_verified": "true", "phone_number_verified": "false",
       "cognito:mfa_enabled": "false", "custom:plan": "gold"}
rows = "".join(",".join(line) + "\n" for line in (header, [row.get(column, "") for column in header]))
with urllib.request.urlopen(urllib.request.Request(job["PreSignedUrl"], rows.encode(), {"x-amz-server-side-encryption": "aws:kms"}, method="PUT")) as answer:
    same("upload", 200, answer.status)
check("started job", idp.start_user_import_job(**of_job)["UserImportJob"]["Status"] in ("Pending", "InProgress", "Succeeded"))
deadline = time.time() + 60
while describe_job()["Status"] in ("Pending", "InProgress") and time.time() < deadline:
    time.sleep(0.2)
got = describe_job()
same("finished job", ("Succeeded", 1, 0, 0), tuple(got[k] for k in ("Status", "ImportedUsers", "SkippedUsers", "FailedUsers")))
cleo = idp.admin_get_user(UserPoolId=pool, Username="cleo@example.com")
same("imported user", ("RESET_REQUIRED", "gold"), (cleo["UserStatus"], attributes_of(cleo).get("custom:plan")))
same("listed jobs", [job["JobId"]], [j["JobId"] for j in idp.list_user_import_jobs(UserPoolId=pool, MaxResults=10)["UserImportJobs"]])
refused("a finished job", "PreconditionNotMetException", idp.stop_user_import_job, **of_job)

# ── MFA of a user, with an authenticator app ───────────────────────────────────────────────────


def totp(seed, at):
    """RFC 6238, 30 seconds, 6 digits."""
    digest = hmac.new(base64.b32decode(seed + "=" * (-len(seed) % 8)), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1000000)


tokens = idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                           AuthParameters={"USERNAME": "ana@example.com", "PASSWORD": PASSWORD})["AuthenticationResult"]
same("lifetime of an access token", 20 * 60, tokens["ExpiresIn"])
same("who is signed in", user["Username"], idp.get_user(AccessToken=tokens["AccessToken"])["Username"])
seed = idp.associate_software_token(AccessToken=tokens["AccessToken"])["SecretCode"]
same("verified app", "SUCCESS", idp.verify_software_token(AccessToken=tokens["AccessToken"], UserCode=totp(seed, time.time()))["Status"])
idp.set_user_mfa_preference(AccessToken=tokens["AccessToken"], SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
idp.admin_set_user_mfa_preference(SMSMfaSettings={"Enabled": True, "PreferredMfa": False}, **ana)
got = stable("user with MFA", get_user)
same("MFA of the user", (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"), (sorted(got["UserMFASettingList"]), got["PreferredMfaSetting"]))
attempt = idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                  AuthParameters={"USERNAME": "ana@example.com", "PASSWORD": PASSWORD})
same("challenge", "SOFTWARE_TOKEN_MFA", attempt["ChallengeName"])
done = idp.admin_respond_to_auth_challenge(
    UserPoolId=pool, ClientId=client, ChallengeName="SOFTWARE_TOKEN_MFA", Session=attempt["Session"],
    ChallengeResponses={"USERNAME": attempt["ChallengeParameters"]["USER_ID_FOR_SRP"], "SOFTWARE_TOKEN_MFA_CODE": totp(seed, time.time() + 30)})
check("tokens after the second factor", "AccessToken" in done.get("AuthenticationResult", {}))
idp.admin_set_user_mfa_preference(SMSMfaSettings={"Enabled": False}, SoftwareTokenMfaSettings={"Enabled": False}, **ana)
check("MFA off again", not get_user().get("UserMFASettingList"))

# ── Domains ────────────────────────────────────────────────────────────────────────────────────

prefix = "tour-" + pool.split("_")[1].lower()
idp.create_user_pool_domain(UserPoolId=pool, Domain=prefix)
holds("prefix", {"UserPoolId": pool, "Domain": prefix, "Status": "ACTIVE", "AWSAccountId": ACCOUNT},
      stable("prefix", lambda: idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"]))
custom = prefix + ".example.com"
certificates = ["arn:aws:acm:us-east-1:000000000000:certificate/%d" % n for n in (1, 2)]
check("what DNS points to", idp.create_user_pool_domain(
    UserPoolId=pool, Domain=custom, CustomDomainConfig={"CertificateArn": certificates[0]})["CloudFrontDomain"])
idp.update_user_pool_domain(UserPoolId=pool, Domain=custom, CustomDomainConfig={"CertificateArn": certificates[1]})
same("certificate", certificates[1], idp.describe_user_pool_domain(Domain=custom)["DomainDescription"]["CustomDomainConfig"]["CertificateArn"])
got = describe_pool()
same("domains of the pool", (prefix, custom), (got["Domain"], got["CustomDomain"]))
refused("a pool with a domain", "InvalidParameterException", idp.delete_user_pool, UserPoolId=pool)

# ── Login pages ────────────────────────────────────────────────────────────────────────────────

css = ".banner-customizable { background: #123456; }"
idp.set_ui_customization(UserPoolId=pool, CSS=css)
same("CSS", css, stable("UI customization", lambda: idp.get_ui_customization(UserPoolId=pool)["UICustomization"])["CSS"])
branding = {"UserPoolId": pool, "ClientId": client}
settings = {"components": {"form": {"borderRadius": 3}}}
style = raw("CreateManagedLoginBranding", Settings=settings, **branding)["ManagedLoginBranding"]["ManagedLoginBrandingId"]


def describe_style():
    return raw("DescribeManagedLoginBranding", UserPoolId=pool, ManagedLoginBrandingId=style)["ManagedLoginBranding"]


same("style", settings, stable("style", describe_style)["Settings"])
same("style by its client", describe_style(), raw("DescribeManagedLoginBrandingByClient", **branding)["ManagedLoginBranding"])
raw("UpdateManagedLoginBranding", UserPoolId=pool, ManagedLoginBrandingId=style, Settings={"components": {"form": {"borderRadius": 9}}})
same("style as changed", 9, describe_style()["Settings"]["components"]["form"]["borderRadius"])
raw("DeleteManagedLoginBranding", UserPoolId=pool, ManagedLoginBrandingId=style)
same("a deleted style", "ResourceNotFoundException", raw("DescribeManagedLoginBrandingByClient", refusal=True, **branding)["__type"])

# ── Terms ──────────────────────────────────────────────────────────────────────────────────────

terms = {"UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE",
         "Links": {"cognito:default": "https://example.com/terms", "cognito:french": "https://example.com/fr"}}
made = raw("CreateTerms", **terms)["Terms"]
terms_id = {"UserPoolId": pool, "TermsId": made["TermsId"]}
holds("terms", terms, stable("terms", lambda: raw("DescribeTerms", **terms_id)["Terms"]))
raw("UpdateTerms", Links={"cognito:default": "https://example.com/terms/2"}, **terms_id)
same("terms as changed", {"cognito:default": "https://example.com/terms/2"}, raw("DescribeTerms", **terms_id)["Terms"]["Links"])
same("listed terms", [made["TermsId"]], [t["TermsId"] for t in raw("ListTerms", UserPoolId=pool)["Terms"]])
raw("DeleteTerms", **terms_id)
same("deleted terms", "ResourceNotFoundException", raw("DescribeTerms", refusal=True, **terms_id)["__type"])

# ── Log delivery ───────────────────────────────────────────────────────────────────────────────

logs = [{"LogLevel": "ERROR", "EventSource": "userNotification",
         "CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:tour"}}]
raw("SetLogDeliveryConfiguration", UserPoolId=pool, LogConfigurations=logs)
same("log delivery", logs, raw("GetLogDeliveryConfiguration", UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"])
raw("SetLogDeliveryConfiguration", UserPoolId=pool, LogConfigurations=[])
same("no log delivery", [], raw("GetLogDeliveryConfiguration", UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"])

# ── Replicas and limits ────────────────────────────────────────────────────────────────────────

key = "arn:aws:kms:us-east-1:000000000000:key/mrk-1234abcd12ab34cd56ef1234567890ab"
wide = raw("CreateUserPool", PoolName="wide", KeyConfiguration={"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key})["UserPool"]["Id"]
replica = {"UserPoolId": wide, "RegionName": "eu-west-1"}
same("replica as created", "CREATING", raw("CreateUserPoolReplica", **replica)["UserPoolReplica"]["Status"])
same("replica as changed", "ACTIVE", raw("UpdateUserPoolReplica", Status="ACTIVE", **replica)["UserPoolReplica"]["Status"])
same("replicas", [("us-east-1", "PRIMARY", "ACTIVE"), ("eu-west-1", "SECONDARY", "ACTIVE")],
     [(r["RegionName"], r["Role"], r["Status"]) for r in raw("ListUserPoolReplicas", UserPoolId=wide)["UserPoolReplicas"]])
raw("UpdateUserPoolReplica", Status="INACTIVE", **replica)
same("replica as deleted", "DELETING", raw("DeleteUserPoolReplica", **replica)["UserPoolReplica"]["Status"])
same("replicas left", 1, len(raw("ListUserPoolReplicas", UserPoolId=wide)["UserPoolReplicas"]))

definition = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserToken"}}
raised = raw("UpdateProvisionedLimit", LimitDefinition=definition, RequestedLimitValue=240)["Limit"]
same("limit", {"LimitDefinition": definition, "ProvisionedLimitValue": 240, "FreeLimitValue": 120}, raised)
same("limit, read again", raised, raw("GetProvisionedLimit", LimitDefinition=definition)["Limit"])

# ── Everything goes ────────────────────────────────────────────────────────────────────────────

idp.admin_delete_user(**ana)
refused("a deleted user", "UserNotFoundException", idp.admin_get_user, **ana)
idp.delete_group(UserPoolId=pool, GroupName="staff")
refused("a deleted group", "ResourceNotFoundException", idp.get_group, UserPoolId=pool, GroupName="staff")
idp.delete_user_pool_client(**of_machine)
refused("a deleted client", "ResourceNotFoundException", idp.describe_user_pool_client, **of_machine)
idp.delete_identity_provider(UserPoolId=pool, ProviderName="Corp")
refused("a deleted provider", "ResourceNotFoundException", idp.describe_identity_provider, UserPoolId=pool, ProviderName="Corp")
for domain in (prefix, custom):
    idp.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
    same("a deleted domain", {}, idp.describe_user_pool_domain(Domain=domain)["DomainDescription"])
for p in (pool, other, wide):
    idp.delete_user_pool(UserPoolId=p)
    refused("a deleted pool", "ResourceNotFoundException", idp.describe_user_pool, UserPoolId=p)

print("boto3 %s" % boto3.__version__)
if failures:
    sys.exit("\n".join(failures))
