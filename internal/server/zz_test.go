package server
import "testing"
func BenchmarkZZ(b *testing.B){ w:=newWorld(b,2000); w.fillEvents(b,2000)
 w.call(b, "UpdateUserPool", `{"UserPoolId":"`+w.pool.ID+`","UserPoolTier":"PLUS","MfaConfiguration":"OPTIONAL","UserPoolAddOns":{"AdvancedSecurityMode":"ENFORCED"}}`, nil)
 w.call(b, "SetRiskConfiguration", `{"UserPoolId":"`+w.pool.ID+`","AccountTakeoverRiskConfiguration":{"Actions":{"HighAction":{"Notify":false,"EventAction":"BLOCK"}}}}`, nil)
 measure(b,func(m *meter){ w.srpSignIn(b,m,w.someone())})
}
