using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Parsimony.Postgres.Server;
using Parsimony.Sandbox.Model;

namespace Parsimony.Kill;

/// <summary>A PostgreSQL server, a sandbox process and a folder, for one test of nodes.</summary>
internal sealed class NodesWorld : IAsyncDisposable
{
    // Something goes wrong all the time, and never so that only a provider's whole day would end it.
    private const string Faults = """
        {"rules":[
          {"fault":"create_reply_lost","operation":"batch.create","times":null,"probability":0.08},
          {"fault":"create_lost","operation":"batch.create","times":null,"probability":0.05},
          {"fault":"server_error","operation":"batch.create","times":null,"probability":0.05},
          {"fault":"rate_limited","operation":"batch.create","times":null,"probability":0.08,"value":30},
          {"fault":"disconnect_upload","operation":"file.upload","times":null,"probability":0.05},
          {"fault":"expires_halfway","operation":"batch.create","times":null,"probability":0.05,"value":0.6},
          {"fault":"item_server_error","operation":"batch.create","times":null,"probability":0.003},
          {"fault":"refuse_item","operation":"batch.create","times":null,"probability":0.001},
          {"fault":"counts_lag","times":null,"probability":0.1},
          {"fault":"server_error","operation":"batch.get","times":null,"probability":0.05},
          {"fault":"rate_limited","operation":"batch.get","times":null,"probability":0.05,"value":20},
          {"fault":"results_shuffled","times":null,"probability":0.2},
          {"fault":"results_crlf","times":null,"probability":0.05},
          {"fault":"results_bom","times":null,"probability":0.05},
          {"fault":"result_duplicated","times":null,"probability":0.001},
          {"fault":"result_missing","times":null,"probability":0.0005},
          {"fault":"disconnect_download","operation":"file.content","times":null,"probability":0.1},
          {"fault":"disconnect_download","operation":"batch.results","times":null,"probability":0.1},
          {"fault":"live_reply_lost","times":null,"probability":0.03},
          {"fault":"server_error","operation":"chat.create","times":null,"probability":0.02},
          {"fault":"server_error","operation":"messages.create","times":null,"probability":0.02},
          {"fault":"rate_limited","operation":"messages.create","times":null,"probability":0.05,"value":10}
        ]}
        """;

    // Small batches, so that there are many under way.
    private const string Configuration = """
        llm:
          - provider: openAI
            isDefault: true
            configuration: { model: gpt-5-mini, batchingEnabled: true, batchMaxSize: 100 }
          - provider: anthropic
            configuration: { model: claude-haiku-4-5-20251001, batchingEnabled: true, batchMaxSize: 100 }
        """;

    private readonly Process _sandbox;
    private readonly HttpClient _http = new();

    private NodesWorld(string folder, PrivateServer server, string store, Process sandbox, string address) =>
        (Folder, Server, Store, _sandbox, Address) = (folder, server, store, sandbox, address);

    public string Folder { get; }

    public PrivateServer Server { get; }

    public string Store { get; }

    /// <summary>The sandbox's address.</summary>
    public string Address { get; }

    public string Config => At("llm.yaml");

    public string At(string name) => Path.Combine(Folder, name);

    public static async Task<NodesWorld> StartAsync(NodesOptions options, string folder)
    {
        var server = await PrivateServer.TryStartAsync() ?? throw new InvalidOperationException(PrivateServer.Missing);
        var database = new Npgsql.NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()).Database;
        await File.WriteAllTextAsync(Path.Combine(folder, "faults.json"), Faults);
        await File.WriteAllTextAsync(Path.Combine(folder, "llm.yaml"), Configuration);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "parsimony.dll"), "sandbox", "--speed", options.Speed.ToString(CultureInfo.InvariantCulture),
            "--seed", options.Seed.ToString(CultureInfo.InvariantCulture), "--faults", Path.Combine(folder, "faults.json"), "--state", Path.Combine(folder, "sandbox.journal"), "--idle-minutes", "10",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var sandbox = Process.Start(start) ?? throw new InvalidOperationException("The sandbox does not start.");
        using var announced = JsonDocument.Parse(await sandbox.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sandbox ended at once."));
        return new NodesWorld(
            folder, server, string.Create(CultureInfo.InvariantCulture, $"postgres://postgres@127.0.0.1:{server.Port}/{database}?Maximum%20Pool%20Size=20"), sandbox,
            announced.RootElement.GetProperty("address").GetString() ?? "");
    }

    /// <summary>What the providers charged.</summary>
    public async Task<IReadOnlyList<BillLine>> BillAsync()
    {
        var bytes = await _http.GetByteArrayAsync(new Uri($"{Address}/sandbox/bill"));
        await File.WriteAllBytesAsync(At("bill.json"), bytes);
        using var bill = JsonDocument.Parse(bytes);
        return
        [
            .. bill.RootElement.GetProperty("lines").EnumerateArray().Select(line => new BillLine
            {
                Number = line.GetProperty("number").GetInt64(),
                At = line.GetProperty("at").GetDateTimeOffset(),
                Provider = line.GetProperty("provider").GetString() ?? "",
                Model = line.GetProperty("model").GetString() ?? "",
                Kind = line.GetProperty("kind").GetString() ?? "",
                Endpoint = line.GetProperty("endpoint").GetString() ?? "",
                Request = line.GetProperty("request").GetString() ?? "",
                Batch = line.GetProperty("batch").GetString(),
                ResponseId = line.GetProperty("response_id").GetString() ?? "",
                Usage = new SandboxUsage(),
                AmountPico = line.GetProperty("amount").GetInt64(),
            }),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _sandbox.Kill();
        _sandbox.Dispose();
        await Server.DisposeAsync();
    }
}
