using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Parsimony.Engine;
using Parsimony.Sandbox;

namespace Parsimony.Cli;

/// <summary>The same documents through every provider, in batches and live, against a sandbox of its own in which something goes wrong everywhere.</summary>
/// <param name="session">Works with that sandbox.</param>
/// <param name="host">The sandbox.</param>
/// <param name="terminal">Shows how it goes.</param>
internal sealed class ProviderTour(Session session, SandboxHost host, Terminal terminal)
{
    private const decimal PicoPerUsd = 1_000_000_000_000m;
    // The simulated models choose one of the labels a question offers: both of a document's name it.
    private const string Question = "Which of these labels: {{reference}}-yes, {{reference}}-no.\n\n{{text}}";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    // What can go wrong everywhere: a reply that is lost after the batch was made, a refusal that passes, a failing server, results in another order and twice,
    // a download that breaks, an item that fails by itself.
    private static readonly string[] Rules =
    [
        """ "fault":"create_reply_lost","operation":"batch.create" """,
        """ "fault":"rate_limited","value":20,"times":2 """,
        """ "fault":"server_error","operation":"batch.get" """,
        """ "fault":"results_shuffled" """,
        """ "fault":"result_duplicated" """,
        """ "fault":"item_server_error" """,
        """ "fault":"disconnect_download","operation":"file.content" """,
        """ "fault":"disconnect_download","operation":"batch.results" """,
    ];

    /// <summary>A chat model of each provider, one with a price where there is any.</summary>
    public static IReadOnlyDictionary<string, string> Models { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["anthropic"] = "claude-haiku-4-5-20251001",
        ["bedrock"] = "global.anthropic.claude-haiku-4-5-20251001-v1:0",
        ["azureOpenAI"] = "gpt-4.1-mini",
        ["cohere"] = "command-a-03-2025",
        ["fireworks"] = "accounts/fireworks/models/gpt-oss-120b",
        ["gemini"] = "gemini-2.5-flash",
        ["groq"] = "openai/gpt-oss-20b",
        ["mistral"] = "mistral-small-2603",
        ["ollama"] = "qwen3:8b",
        ["openAI"] = "gpt-5-mini",
        ["openAICompatible"] = "local-model",
        ["together"] = "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        ["vertexAI"] = "gemini-2.5-flash",
        ["xai"] = "grok-4.3",
    };

    /// <summary>What goes wrong on the tour, at every provider and object store.</summary>
    public static string Faults => $$"""{"rules":[{{string.Join(',', Sandbox.Model.SandboxWorld.Providers.SelectMany(name => Rules.Select(rule => $$"""{"provider":"{{name}}",{{rule}}}""")))}}]}""";

    /// <summary>Runs it.</summary>
    /// <param name="input">JSON Lines or any other input with <c>id</c> and <c>text</c>.</param>
    /// <param name="documents">How many of its rows are asked.</param>
    /// <param name="cancellationToken">Ends the tour.</param>
    public async Task<IReadOnlyList<TourLine>> ExecuteAsync(string input, int documents, CancellationToken cancellationToken)
    {
        using var stages = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var engine = Task.Run(() => session.Runtime.RunAsync(stages.Token), CancellationToken.None);
        try
        {
            foreach (var (kind, isLive) in Legs())
            {
                await FeedAsync(kind.Id, isLive, input, documents, cancellationToken).ConfigureAwait(false);
            }

            terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{documents} documents for each of {KnownProviders.Kinds.Count} providers, in batches and live; faults at every one."));
            await SettleAsync(engine, cancellationToken).ConfigureAwait(false);
            return [.. await Task.WhenAll(KnownProviders.Kinds.Select(kind => ReadAsync(kind.Id, cancellationToken))).ConfigureAwait(false)];
        }
        finally
        {
            await stages.CancelAsync().ConfigureAwait(false);
            await engine.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string ReferenceOf(int position) => string.Create(CultureInfo.InvariantCulture, $"reference{position + 1}");

    private static IEnumerable<(Providers.ProviderKind Kind, bool IsLive)> Legs() => KnownProviders.Kinds.SelectMany(kind => new[] { (kind, false), (kind, true) });

    private static string ScopeOf(ProviderId provider, bool isLive) => $"{provider.Value}-{(isLive ? "live" : "batch")}";

    private async Task FeedAsync(ProviderId provider, bool isLive, string input, int documents, CancellationToken cancellationToken)
    {
        var scope = ScopeOf(provider, isLive);
        var plan = await RunPlan.CreateAsync(
            new RunArguments { Input = input, Model = $"{provider.Value}/{Models[provider.Value]}", Prompt = Question, Name = scope, MaxOutputTokens = 512, AllowUnpriced = true },
            cancellationToken).ConfigureAwait(false);
        await session.Store.Runs.BeginAsync(scope, scope, maxCostUsd: null, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        var rows = new List<InputRow>();
        await foreach (var (row, fault) in plan.Input.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add((row ?? throw new UserException(fault?.Message ?? "A row cannot be read.")) with
            {
                Fields = new Dictionary<string, string>(row.Fields, StringComparer.Ordinal) { ["reference"] = ReferenceOf(rows.Count) },
            });
            if (rows.Count == documents)
            {
                break;
            }
        }

        var accepted = await session.Runtime.Intake.EnqueueAsync(
            [
                .. rows.Select(row => new IntakeRequest
                {
                    Envelope = plan.Envelope(row),
                    Scope = scope,
                    CallerKey = row.Id,
                    IsBulk = true,
                    Constraints = DataConstraints.None with { NoBatch = isLive },
                    Dimensions = RequestDimensions.None with { Component = "tour" },
                }),
            ],
            cancellationToken).ConfigureAwait(false);
        await session.Store.Runs.AddItemsAsync(
            scope, [.. accepted.Select((request, index) => new RunItem(index, rows[index].Id, rows[index].Line, 0, request.Sequence))], cancellationToken).ConfigureAwait(false);
        await session.Store.Batches.FlushAsync(scope, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        session.Runtime.Signals.Wake();
    }

    private async Task SettleAsync(Task engine, CancellationToken cancellationToken)
    {
        while (true)
        {
            var open = 0L;
            foreach (var (kind, isLive) in Legs())
            {
                open += (await session.Store.Runs.ReadTotalsAsync(ScopeOf(kind.Id, isLive), cancellationToken).ConfigureAwait(false))?.Open ?? 0;
            }

            if (open == 0)
            {
                return;
            }

            if (engine.IsFaulted)
            {
                await engine.ConfigureAwait(false);
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TourLine> ReadAsync(ProviderId provider, CancellationToken cancellationToken)
    {
        var batch = await LegAsync(ScopeOf(provider, isLive: false), cancellationToken).ConfigureAwait(false);
        var live = await LegAsync(ScopeOf(provider, isLive: true), cancellationToken).ConfigureAwait(false);
        var name = provider.Value.ToLowerInvariant();
        var bill = host.World.Bill.Lines.Where(line => line.Provider == name).ToList();
        return new TourLine(
            provider,
            Models[provider.Value],
            batch,
            live,
            bill.Count(line => line.Kind == "batch"),
            bill.Exists(line => line.Unpriced) ? null : bill.Sum(line => (decimal)line.AmountPico) / PicoPerUsd,
            Fired([name, .. StoresOf(provider)]));
    }

    private static IEnumerable<string> StoresOf(ProviderId provider) =>
        provider == ProviderId.Bedrock ? ["s3"] : provider == ProviderId.VertexAI ? ["gcs"] : provider == ProviderId.AzureOpenAI ? ["azblob"] : [];

    private async Task<TourLeg> LegAsync(string scope, CancellationToken cancellationToken)
    {
        var (asked, matched) = (0, 0);
        await foreach (var result in session.Store.Runs.ReadResultsAsync(scope, cancellationToken).ConfigureAwait(false))
        {
            // An answer that went to another document names that one's reference.
            var answer = result.Answer is { } body ? AnswerText.Read(session.Runtime.Context.Providers, result.Request, body) : null;
            matched += answer?.Split('-')[0].Trim() == ReferenceOf(asked) ? 1 : 0;
            asked++;
        }

        var totals = await session.Store.Runs.ReadTotalsAsync(scope, cancellationToken).ConfigureAwait(false) ?? new ScopeTotals { Scope = scope };
        return new TourLeg(asked, matched, await ReceiptTable.BuildAsync(session.Store, scope, totals, cancellationToken).ConfigureAwait(false));
    }

    private int Fired(string[] names)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            host.World.Faults.Write(writer);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return document.RootElement.GetProperty("rules").EnumerateArray()
            .Where(rule => names.Contains(rule.GetProperty("provider").GetString(), StringComparer.Ordinal))
            .Sum(rule => rule.GetProperty("fired").GetInt32());
    }
}

/// <summary>One provider's leg of the tour.</summary>
/// <param name="Asked">How many documents.</param>
/// <param name="Matched">How many answers are there and belong to their document.</param>
/// <param name="Receipt">What the ledger says.</param>
internal sealed record TourLeg(int Asked, int Matched, Receipt Receipt);

/// <summary>How the tour went at one provider.</summary>
/// <param name="Provider">Which.</param>
/// <param name="Model">The model that was asked.</param>
/// <param name="Batch">In batches, and what went live after all.</param>
/// <param name="Live">Live.</param>
/// <param name="BatchLines">Lines of batches the provider billed.</param>
/// <param name="BillUsd">What the provider charged for both; null where it has no price.</param>
/// <param name="Faults">Faults that struck on the way.</param>
internal sealed record TourLine(ProviderId Provider, string Model, TourLeg Batch, TourLeg Live, int BatchLines, decimal? BillUsd, int Faults)
{
    /// <summary>What the ledger says both cost; null where a cost is unknown and has no bound.</summary>
    public decimal CostUsd => Batch.Receipt.ActualUsd + Live.Receipt.ActualUsd;

    /// <summary>Whether every answer is there and the money is accounted for: equal, or apart by what the ledger says it does not know.</summary>
    public bool IsRight =>
        Batch.Matched == Batch.Asked && Live.Matched == Live.Asked
        && (BillUsd is not { } bill || bill == CostUsd || (bill > CostUsd && bill - CostUsd <= Batch.Receipt.UnknownUpperBoundUsd + Live.Receipt.UnknownUpperBoundUsd));
}
