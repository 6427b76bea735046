using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary><c>parsimony reconcile</c> against a sandbox whose bill is known.</summary>
public sealed class ReconcileTests(ReconcileTests.OwnSandbox sandbox) : CommandTests(sandbox), IClassFixture<ReconcileTests.OwnSandbox>
{
    private const string Claude = "anthropic/claude-haiku-4-5-20251001";

    [Fact]
    public async Task Bill_and_ledger_agree_to_the_last_digit_until_somebody_calls_past_them()
    {
        var input = WriteRows(6);
        (await AskAsync(input)).Exits(0);
        (await RunAsync(input, "--model", Claude, "--prompt", "Say what this is about: {{text}}", "--max-output-tokens", "64", "--constraint", "no_batch")).Exits(0);

        var agreed = await ReconcileAsync(0);

        Assert.Equal("0", Text(agreed, "difference_percent"));
        Assert.Equal(0m, Money(agreed, "difference_usd"));
        Assert.Equal((await BillAsync()).Sum(line => line.Usd), Money(agreed, "billed_usd"));
        Assert.All(agreed.GetProperty("lines").EnumerateArray(), line => Assert.DoesNotContain(line.GetProperty("causes").EnumerateArray(), cause => Text(cause, "cause") is not "day_edge"));

        // The same bill, booked by a wrong price: the right one is named, and its file is one that can be used.
        var wrong = Write("wrong.json", """{"prices":[{"provider":"openAI","models":[{"model":"gpt-5-mini","history":[{"source":"a guess","checked_on":"2026-11-01","live":{"input":0.25,"output":2,"cache_read":0.025},"batch":{"input":0.2,"output":1,"cache_read":0.0125}}]}]}]}""");
        var book = At("wrong.db");
        (await ProgramAsync(["run", .. Ask(WriteRows(4, "more.jsonl")), "--prices", wrong, "--store", book, "--sandbox", Sandbox.Address, "--out", Out])).Exits(0);
        var differs = await ReconcileAsync(8, "--store", book, "--prices", wrong, "--provider", "openAI", "--propose", At("right.json"));
        var price = Assert.Single(differs.GetProperty("proposed_prices").EnumerateArray());
        Assert.Contains("price_differs", Causes(differs));
        Assert.Equal(("batch", "input", "0.2", "0.125"), (Text(price, "tier"), Text(price, "kind"), Text(price, "listed"), Text(price, "billed")));
        (await ProgramAsync("prices", "--check", "--prices", At("right.json"))).Exits(0);

        // Somebody calls with a key of his own.
        await CallAsync("somebody-else");
        var missing = await ReconcileAsync(8, "--provider", "openAI");
        Assert.Contains("missing_calls", Causes(missing));
        var ours = Text(missing.GetProperty("keys").EnumerateArray().MaxBy(key => key.GetProperty("tokens").GetInt64()), "id");
        var apart = await ReconcileAsync(8, "--provider", "openAI", "--key", $"{ours}=openAI");
        Assert.Contains("outside_calls", Causes(apart));
        Assert.True(Money(apart, "outside_usd") > 0);
    }

    private static JsonElement Json(ProcessResult result) => Assert.Single(Lines(result.Output));

    private static decimal Money(JsonElement row, string name) => decimal.Parse(Text(row, name) ?? "", CultureInfo.InvariantCulture);

    private static IEnumerable<string?> Causes(JsonElement result) =>
        result.GetProperty("lines").EnumerateArray().SelectMany(line => line.GetProperty("causes").EnumerateArray()).Select(cause => Text(cause, "cause"));

    private async Task<JsonElement> ReconcileAsync(int exit, params string[] arguments) =>
        Json((await ProgramAsync(["reconcile", "--json", "--sandbox", Sandbox.Address, .. arguments.Contains("--store") ? arguments : [.. arguments, "--store", Store]])).Exits(exit));

    private async Task CallAsync(string key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Sandbox.Address}/openai/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"A question that goes past the ledger, and is longer than the others."}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var reply = await http.SendAsync(request, Token);
        reply.EnsureSuccessStatusCode();
    }

    /// <summary>A sandbox that no other class of tests calls: its reports are of everything it ever did.</summary>
    public sealed class OwnSandbox : SandboxProcess;
}
