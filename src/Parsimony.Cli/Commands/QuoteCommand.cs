using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary><c>parsimony quote</c>: what a run would cost. No call, no key, nothing stored; every figure is an estimate and says so.</summary>
internal static class QuoteCommand
{
    // Assumed where neither the row nor the command line limits the output; stated in the output.
    private const long AssumedOutput = 250;

    public static Command Create()
    {
        var command = new Command("quote", "Estimate what a run would cost, live and in batches. Calls nobody and needs no key.");
        var options = new RunOptions();
        options.AddTo(command, runs: false);
        var scenarios = new ScenarioOptions();
        scenarios.AddTo(command);
        var compare = new Option<bool>("--compare") { Description = "Price the same work at every model of the configured providers, cheapest first. Nothing is switched." };
        command.Add(compare);
        command.Runs(
            (parsed, terminal, cancellationToken) => (scenarios.Name(parsed), options.Input(parsed)) switch
            {
                (null, { Length: > 0 }) => QuoteAsync(options, parsed, parsed.GetValue(compare), terminal, cancellationToken),
                ({ }, null or "") => Task.FromResult(Compute(scenarios, options, parsed, terminal)),
                (null, _) => throw new UserException("Name an input, or a worked example with --scenario."),
                _ => throw new UserException("--scenario computes an example of its own; leave the input out."),
            },
            options.Json);
        return command;
    }

    private static int Compute(ScenarioOptions scenarios, RunOptions options, ParseResult parsed, Terminal terminal)
    {
        var report = scenarios.Compute(parsed, options.Model(parsed), options.Prices(parsed), TimeProvider.System.GetUtcNow());
        if (terminal.IsJson)
        {
            ScenarioView.Write(report);
        }
        else
        {
            ScenarioView.Show(terminal, report);
        }

        return ExitCode.Done;
    }

    private static async Task<int> QuoteAsync(RunOptions options, ParseResult parsed, bool compares, Terminal terminal, CancellationToken cancellationToken)
    {
        var plan = await RunPlan.CreateAsync(options.Arguments(parsed), cancellationToken).ConfigureAwait(false);
        var quote = new Quote(plan.Arguments.Prices);
        var work = compares ? new QuotedWork(AssumedOutput) : null;
        await foreach (var (row, fault) in plan.Input.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var wrong = row is null ? fault : plan.Check(row);
            if (row is not null && wrong is null)
            {
                var envelope = plan.Envelope(row);
                quote.Add(envelope, plan.Arguments.Samples);
                work?.Add(envelope, plan.Arguments.Samples);
            }
            else if (!plan.Arguments.KeepGoing && wrong is not null)
            {
                throw new UserException(wrong.Message);
            }
        }

        if (work is not null)
        {
            Compare(work, options.Session(parsed, provider: null), plan.Arguments.Prices, terminal);
        }
        else if (terminal.IsJson)
        {
            quote.Write();
        }
        else
        {
            quote.Show(terminal);
        }

        return ExitCode.Done;
    }

    private static void Compare(QuotedWork work, SessionOptions session, PriceList prices, Terminal terminal)
    {
        var configuration = Session.Configure(session with { NeedsProviders = false });
        var named = configuration.Llm.Concat(configuration.Embedding).Select(provider => provider.Provider).ToHashSet();
        var output = new CompareOutput(work, work.Compare(prices, named.Count > 0 ? named : [.. KnownProviders.Ids], TimeProvider.System.GetUtcNow()), named.Count > 0);
        if (terminal.IsJson)
        {
            output.Write();
        }
        else
        {
            output.Show(terminal);
        }
    }

    private sealed class Quote(PriceList prices)
    {
        private long _requests;
        private long _input;
        private long _unpriced;
        private long _assumed;
        private decimal _live;
        private decimal _batch;
        private decimal _bound;

        public void Add(Envelope envelope, int samples)
        {
            var estimate = TokenEstimate.Of(envelope);
            var output = estimate.MaxOutput ?? (envelope.Kind == EndpointKind.Embeddings ? 0 : AssumedOutput);
            var usage = new TokenUsage { UncachedInput = estimate.MeanInput, Output = output };
            var now = TimeProvider.System.GetUtcNow();
            var live = prices.Price(envelope.Model, usage, PriceTier.Live, now).Usd;
            var batch = prices.Price(envelope.Model, usage, PriceTier.Batch, now).Usd;
            _requests += samples;
            _input += estimate.MeanInput * samples;
            _assumed += estimate.MaxOutput is null && envelope.Kind != EndpointKind.Embeddings ? samples : 0;
            _unpriced += live is null || envelope.Kind == EndpointKind.Images ? samples : 0;
            _live += (live ?? 0) * samples;
            _batch += (batch ?? live ?? 0) * samples;
            _bound += (prices.UpperBound(envelope.Model, estimate.InputBound, output, PriceTier.Live, now).Usd ?? 0) * samples;
        }

        public void Show(Terminal terminal)
        {
            var table = new Table().Border(TableBorder.Rounded).Title("Quote (estimates)");
            table.AddColumn("").AddColumn(new TableColumn("USD").RightAligned());
            table.AddRow("plain live calls", Usd.Format(_live));
            table.AddRow("in batches", Usd.Format(_batch));
            table.AddRow(_assumed > 0 ? "upper bound of live calls, with the assumed output" : "upper bound of live calls", Usd.Format(_bound));
            terminal.Out.Write(table);
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{_requests:N0} requests, about {_input:N0} input tokens (four bytes a token; no prompt cache assumed)."));
            if (_assumed > 0)
            {
                terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{_assumed:N0} requests set no output limit; {AssumedOutput} output tokens are assumed for each. Set --max-output-tokens for a bound."));
            }

            if (_unpriced > 0)
            {
                terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{_unpriced:N0} requests have no known price and are not in the sums."));
            }
        }

        public void Write()
        {
            using var stream = Console.OpenStandardOutput();
            using var writer = new Utf8JsonWriter(stream);
            writer.WriteStartObject();
            writer.WriteBoolean("estimate"u8, true);
            writer.WriteNumber("requests"u8, _requests);
            writer.WriteNumber("input_tokens"u8, _input);
            writer.WriteNumber("live_usd"u8, _live);
            writer.WriteNumber("batch_usd"u8, _batch);
            writer.WriteNumber("upper_bound_usd"u8, _bound);
            writer.WriteNumber("unpriced_requests"u8, _unpriced);
            writer.WriteNumber("assumed_output_requests"u8, _assumed);
            writer.WriteEndObject();
        }
    }
}
