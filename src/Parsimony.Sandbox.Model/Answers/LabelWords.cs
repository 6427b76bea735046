namespace Parsimony.Sandbox.Model;

/// <summary>Words that speak for a label in support messages and the like.</summary>
internal static class LabelWords
{
    // Names are stems a label's word begins with; signs are words of a text that speak for it.
    private static readonly (string[] Names, string[] Signs)[] Lexicon =
    [
        (["bill", "payment", "pay", "invoice", "charge"], ["bill", "payment", "pay", "invoice", "charge", "paid", "card", "price", "fee", "debit", "twice", "subscription", "receipt", "tax", "bank"]),
        (["refund", "return"], ["refund", "return", "reimburse", "moneyback", "back", "compensation", "reversal"]),
        (["shipp", "shipment", "deliver", "delivery", "ship"], ["shipp", "shipment", "deliver", "delivery", "ship", "package", "parcel", "track", "courier", "arrive", "late", "transit", "address", "order"]),
        (["login", "account", "access", "password", "authentication"], ["login", "account", "access", "password", "signin", "sign", "log", "lock", "reset", "authentication", "2fa", "username", "credential", "code"]),
        (["technical", "bug", "error", "tech"], ["technical", "bug", "error", "crash", "broken", "fail", "freeze", "work", "outage", "slow", "install", "update", "app", "screen"]),
        (["cancel", "cancellation"], ["cancel", "cancellation", "terminate", "unsubscribe", "close", "stop"]),
        (["complaint"], ["complaint", "complain", "unhappy", "terrible", "rude", "disappoint", "worst", "awful", "unacceptable"]),
        (["positive", "positiv", "praise", "prais"], ["positive", "praise", "great", "love", "excellent", "thank", "happy", "good", "amazing", "perfect", "wonderful", "best"]),
        (["negative", "negativ"], ["negative", "bad", "terrible", "hate", "awful", "worst", "poor", "disappoint", "broken", "horrible", "angry", "never"]),
        (["spam"], ["spam", "free", "win", "winner", "prize", "claim", "txt", "cash", "urgent", "guarantee", "click", "offer", "mobile", "award", "stop"]),
        (["ham"], ["ham", "ok", "home", "later", "tomorrow", "dinner", "love", "sorry"]),
        (["urgent", "high", "critical"], ["urgent", "high", "critical", "immediately", "asap", "emergency", "now", "down"]),
        (["feature", "featur", "request"], ["feature", "request", "suggestion", "wish", "add", "support", "idea", "improve"]),
        (["sale", "sal", "pric"], ["sale", "pric", "quote", "discount", "enterprise", "demo", "purchase", "buy", "plan"]),
        (["vulnerability", "security", "securit"], ["vulnerability", "security", "exploit", "attacker", "overflow", "injection", "cve", "arbitrary", "privilege"]),
        (["product"], ["product", "quality", "size", "colour", "color", "damage", "defect", "wrong", "item", "missing"]),
    ];

    /// <summary>The signs for one word of a label's name, already stemmed.</summary>
    public static IEnumerable<string> For(string labelWord)
    {
        foreach (var (names, signs) in Lexicon)
        {
            if (Array.Exists(names, n => n == labelWord || labelWord.StartsWith(n, StringComparison.Ordinal)))
                return signs;
        }

        return [];
    }
}
