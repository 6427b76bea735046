using Parsimony.Kill;
using Parsimony.Sandbox.Model;

namespace Parsimony.Cli.Tests;

/// <summary>The kill test proves nothing unless its comparison sees what is wrong.</summary>
public sealed class ReckoningTests
{
    private const string Paid = """{"request":"r1","attempt":1,"call":"c1","kind":"batch","cost_usd":"0.0000123","upper_bound_usd":null}""";
    private const string Unknown = """{"request":"r1","attempt":1,"call":"c1","kind":"live","cost_usd":null,"upper_bound_usd":"0.00002"}""";
    private const string Again = """{"request":"r1","attempt":2,"call":"c2","kind":"possible_duplicate","cost_usd":"0.0000100","upper_bound_usd":null}""";

    [Fact]
    public void Equal_amounts_whatever_their_zeros_differ_in_nothing()
    {
        var outcome = Compare([Line("c1", 12_300_000)], Paid);

        Assert.Empty(outcome.Differences);
        Assert.Equal((1, 0, 0), (outcome.Lines, outcome.Bounded, outcome.BoughtAgain));
    }

    [Fact]
    public void An_unknown_cost_covers_a_line_up_to_its_bound()
    {
        var outcome = Compare([Line("c1", 20_000_000), Line("c2", 10_000_000)], Unknown, Again);

        Assert.Empty(outcome.Differences);
        Assert.Equal((2, 1, 1), (outcome.Lines, outcome.Bounded, outcome.BoughtAgain));
    }

    [Fact]
    public void An_unknown_cost_that_was_never_billed_is_honest() =>
        Assert.Empty(Compare([Line("c2", 10_000_000)], Unknown, Again).Differences);

    [Fact]
    public void A_correction_makes_an_unknown_cost_known()
    {
        var correction = Unknown.Replace("\"live\"", "\"correction\"", StringComparison.Ordinal).Replace("null", "\"0.0000123\"", StringComparison.Ordinal);

        Assert.Empty(Compare([Line("c1", 12_300_000)], Unknown, correction).Differences);
        Assert.Single(Compare([Line("c1", 12_300_001)], Unknown, correction).Differences);
    }

    [Fact]
    public void Sees_one_pico_dollar() =>
        Assert.Contains("billed 0.000012300001, booked 0.0000123", Assert.Single(Compare([Line("c1", 12_300_001)], Paid).Differences), StringComparison.Ordinal);

    [Fact]
    public void Sees_a_line_nobody_booked() =>
        Assert.Contains("c9: 1 lines of the bill, 0 attempts", Assert.Single(Compare([Line("c1", 12_300_000), Line("c9", 1)], Paid).Differences), StringComparison.Ordinal);

    [Fact]
    public void Sees_one_call_billed_twice() =>
        Assert.Contains("2 lines of the bill", Assert.Single(Compare([Line("c1", 12_300_000), Line("c1", 12_300_000)], Paid).Differences), StringComparison.Ordinal);

    [Fact]
    public void Sees_one_call_booked_twice() =>
        Assert.Contains("booked 2 times", string.Join(' ', Compare([Line("c1", 12_300_000)], Paid, Paid).Differences), StringComparison.Ordinal);

    [Fact]
    public void Sees_what_was_booked_and_not_billed() =>
        Assert.Contains("not on the bill", Assert.Single(Compare([], Paid).Differences), StringComparison.Ordinal);

    [Fact]
    public void Sees_a_line_above_its_bound_and_one_without_a_bound()
    {
        Assert.Single(Compare([Line("c1", 20_000_001)], Unknown).Differences);
        Assert.Single(Compare([Line("c1", 1)], Unknown.Replace("\"0.00002\"", "null", StringComparison.Ordinal)).Differences);
    }

    [Fact]
    public void Sees_a_second_purchase_that_is_not_called_one()
    {
        var silent = Again.Replace("possible_duplicate", "live", StringComparison.Ordinal);

        Assert.Contains("bought 2 times", Assert.Single(Compare([Line("c1", 12_300_000), Line("c2", 10_000_000)], Paid, silent).Differences), StringComparison.Ordinal);
    }

    private static KillOutcome Compare(IReadOnlyList<BillLine> bill, params string[] ledger)
    {
        var outcome = new KillOutcome(new KillCase(KillCase.AtRandom, 0, 1));
        Reckoning.Compare(bill, string.Join('\n', ledger), outcome);
        return outcome;
    }

    private static BillLine Line(string request, long pico) => new()
    {
        Number = 1,
        At = DateTimeOffset.UnixEpoch,
        Provider = "openai",
        Model = "gpt-5-mini",
        Kind = "batch",
        Endpoint = "/v1/chat/completions",
        Request = request,
        ResponseId = "x",
        Usage = new SandboxUsage(),
        AmountPico = pico,
    };
}
