// Package quota holds the request rates of the service: every operation counts in a category,
// every category has a number of requests per second, and past it the answer is
// TooManyRequestsException "Rate exceeded", given by the caller.
//
// A Limiter counts in one process, for the one account and region that it serves; the two
// categories of pool resources and app clients are narrowed further, to a few requests per second
// for each pool and operation. In development there is no Limiter, that is, a nil one.
//
// The limits per user (10 reads and 10 writes per second) are not here: they need the user.
//
// Source: "Quotas in Amazon Cognito" in the developer guide, request rates per category.
package quota
