// Package account is what happens to a user's account around sign-in: sign-up, invitation,
// confirmation, recovery, passwords, attributes and their verification.
//
//	SignUp ─▶ UNCONFIRMED ── ConfirmSignUp, AdminConfirm ──▶ CONFIRMED
//	Invite ─▶ FORCE_CHANGE_PASSWORD ── sign-in (package signin) ──▶ CONFIRMED
//	any ── SetPassword ──▶ CONFIRMED or FORCE_CHANGE_PASSWORD
//	CONFIRMED ── ResetPassword ──▶ RESET_REQUIRED ── ConfirmForgotPassword ──▶ CONFIRMED
//
// Every act has the same course: read in a View, check the rules, make codes and verifiers outside
// of any transaction, decide and write in one Update that looks again at what must still hold, and
// send the message last. A message that is not taken leaves what was written.
package account
