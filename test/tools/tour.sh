#!/usr/bin/env bash
# A tour with the AWS CLI, as a person or a script would take it: what it prints is what was set.
# OSTIARY_ENDPOINT is the server, AWS the program.
set -euo pipefail

export AWS_ACCESS_KEY_ID=AKIDTOUR AWS_SECRET_ACCESS_KEY=secret AWS_DEFAULT_REGION=us-east-1
export AWS_PAGER='' AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null

idp() { "$AWS" --endpoint-url "$OSTIARY_ENDPOINT" --output text cognito-idp "$@"; }

same() { # what it is, what it should be, what it is like
  [ "$2" = "$3" ] && return
  printf '%s:\n  want %s\n  got  %s\n' "$1" "$2" "$3" >&2
  exit 1
}

pool=$(idp create-user-pool --pool-name cli --auto-verified-attributes email --user-pool-tags stage=test,team=shop \
  --policies 'PasswordPolicy={MinimumLength=9,RequireUppercase=false,RequireLowercase=true,RequireNumbers=true,RequireSymbols=false}' \
  --schema Name=plan,AttributeDataType=String,Mutable=true --query UserPool.Id)
same pool $'cli\t9\temail\ttest' "$(idp describe-user-pool --user-pool-id "$pool" --query \
  'UserPool.[Name,Policies.PasswordPolicy.MinimumLength,AutoVerifiedAttributes[0],UserPoolTags.stage]')"
same 'listed pools' cli "$(idp list-user-pools --max-results 60 --query "UserPools[?Id=='$pool'].Name")"
idp set-user-pool-mfa-config --user-pool-id "$pool" --mfa-configuration OPTIONAL --software-token-mfa-configuration Enabled=true >/dev/null
same MFA $'OPTIONAL\tTrue' "$(idp get-user-pool-mfa-config --user-pool-id "$pool" --query '[MfaConfiguration,SoftwareTokenMfaConfiguration.Enabled]')"

read -r client secret < <(idp create-user-pool-client --user-pool-id "$pool" --client-name web --generate-secret \
  --explicit-auth-flows ALLOW_ADMIN_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH --query 'UserPoolClient.[ClientId,ClientSecret]')
same 'client secret' "$secret" "$(idp describe-user-pool-client --user-pool-id "$pool" --client-id "$client" --query UserPoolClient.ClientSecret)"

idp create-group --user-pool-id "$pool" --group-name staff --precedence 3 >/dev/null
idp admin-create-user --user-pool-id "$pool" --username ana --message-action SUPPRESS \
  --user-attributes Name=email,Value=ana@example.com Name=custom:plan,Value=gold >/dev/null
idp admin-set-user-password --user-pool-id "$pool" --username ana --password tour-passw0rd --permanent
idp admin-add-user-to-group --user-pool-id "$pool" --username ana --group-name staff
same user $'CONFIRMED\tgold' "$(idp admin-get-user --user-pool-id "$pool" --username ana \
  --query "[UserStatus,UserAttributes[?Name=='custom:plan']|[0].Value]")"
same 'listed users' ana "$(idp list-users --user-pool-id "$pool" --filter 'email = "ana@example.com"' --query 'Users[].Username')"
same 'listed members' ana "$(idp list-users-in-group --user-pool-id "$pool" --group-name staff --query 'Users[].Username')"
hash=$(printf %s "ana$client" | openssl dgst -sha256 -hmac "$secret" -binary | base64)
same 'sign-in' Bearer "$(idp admin-initiate-auth --user-pool-id "$pool" --client-id "$client" --auth-flow ADMIN_USER_PASSWORD_AUTH \
  --auth-parameters "USERNAME=ana,PASSWORD=tour-passw0rd,SECRET_HASH=$hash" --query AuthenticationResult.TokenType)"

idp tag-resource --resource-arn "arn:aws:cognito-idp:us-east-1:000000000000:userpool/$pool" --tags stage=live
same tags $'live\tshop' "$(idp list-tags-for-resource --resource-arn "arn:aws:cognito-idp:us-east-1:000000000000:userpool/$pool" --query 'Tags.[stage,team]')"

if refusal=$(idp describe-user-pool --user-pool-id us-east-1_none00000 2>&1); then
  echo 'a pool that is not there was described' >&2
  exit 1
fi
case $refusal in
  *'(ResourceNotFoundException) when calling the DescribeUserPool operation'*'User pool us-east-1_none00000 does not exist.'*) ;;
  *) same 'a refusal' ResourceNotFoundException "$refusal" ;;
esac

idp delete-user-pool --user-pool-id "$pool"
same 'listed pools at the end' '' "$(idp list-user-pools --max-results 60 --query "UserPools[?Id=='$pool'].Name")"
"$AWS" --version
