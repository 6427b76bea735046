using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary>What tests of the program share: a folder and a store of their own, and a sandbox of the class.</summary>
public abstract class CommandTests(SandboxProcess sandbox) : IAsyncLifetime
{
    protected const string Model = "openAI/gpt-5-mini";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-cli-");
    private long _billed;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected SandboxProcess Sandbox => sandbox;

    protected string Store => At("store.db");

    protected string Out => At("out.jsonl");

    public virtual async ValueTask InitializeAsync()
    {
        await sandbox.SetFaultsAsync(Token);
        _billed = (await sandbox.BillAsync(0, Token)).Count;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected string At(string name) => Path.Combine(_folder.FullName, name);

    protected string Write(string name, params string[] lines)
    {
        var path = At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? _folder.FullName);
        File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        return path;
    }

    /// <summary>JSON Lines with so many rows, their ids from r1 on.</summary>
    protected string WriteRows(int count, string name = "in.jsonl") =>
        Write(name, [.. Enumerable.Range(1, count).Select(row => $$"""{"id":"r{{row}}","text":"Message {{row}}: the parcel has not come."}""")]);

    /// <summary>What was charged since the test began.</summary>
    private protected Task<IReadOnlyList<(long Number, string Request, decimal Usd)>> BillAsync() => sandbox.BillAsync(_billed, Token);

    private protected static Task<ProcessResult> ProgramAsync(params string[] arguments) => ProgramAsync(new Dictionary<string, string>(), arguments);

    private protected static async Task<ProcessResult> ProgramAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        using var program = ParsimonyProcess.Start(environment, arguments);
        return await program.EndAsync(Token);
    }

    private protected ParsimonyProcess Start(params string[] arguments) => ParsimonyProcess.Start(new Dictionary<string, string>(), Run(arguments));

    /// <summary><c>parsimony run</c> on this test's store and the class's sandbox.</summary>
    private protected Task<ProcessResult> RunAsync(params string[] arguments) => ProgramAsync([.. Run(arguments)]);

    /// <summary><c>parsimony run</c> of an input with a model and a prompt.</summary>
    private protected Task<ProcessResult> AskAsync(string input, params string[] arguments) => RunAsync(Ask(input, arguments));

    private protected static string[] Ask(string input, params string[] arguments) =>
        [input, "--model", Model, "--prompt", "Say what this is about: {{text}}", "--max-output-tokens", "64", .. arguments];

    private protected IReadOnlyList<JsonElement> Results(string? path = null) => Lines(File.ReadAllText(path ?? Out));

    private protected static IReadOnlyList<JsonElement> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    private protected static IEnumerable<string?> Ids(IEnumerable<JsonElement> results) => results.Select(result => result.GetProperty("id").GetString());

    private protected static string? Text(JsonElement result, string name) => result.GetProperty(name).GetString();

    private string[] Run(string[] arguments) => ["run", .. arguments, "--store", Store, "--sandbox", sandbox.Address, "--out", Out];

    /// <summary>The bill since the test began is what the ledger has, call by call, to the last digit.</summary>
    protected async Task AssertLedgerIsTheBillAsync()
    {
        var ledger = await ProgramAsync("ledger", "--json", "--store", Store);
        var booked = Lines(ledger.Exits(0).Output)
            .Select(row => (Call: Text(row, "call"), Usd: decimal.Parse(Text(row, "cost_usd") ?? "-1", System.Globalization.CultureInfo.InvariantCulture)))
            .OrderBy(row => row.Call, StringComparer.Ordinal);
        var billed = (await BillAsync()).Select(line => (Call: (string?)line.Request, line.Usd)).OrderBy(row => row.Call, StringComparer.Ordinal);
        Assert.Equal(billed, booked);
    }
}
