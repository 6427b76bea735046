using System.CommandLine;
using System.Globalization;
using Parsimony.Providers;

namespace Parsimony.Cli;

/// <summary><c>parsimony reconcile</c>: the provider's bill against the ledger.</summary>
internal static class ReconcileCommand
{
    private static readonly Uri Anthropic = new("https://api.anthropic.com");
    private static readonly Uri OpenAI = new("https://api.openai.com/v1");

    public static Command Create()
    {
        var options = new ReconcileOptions();
        var command = new Command("reconcile", "Hold the providers' usage and cost reports against the ledger, and say why they differ. Changes nothing.");
        options.AddTo(command);
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var session = await Session.OpenAsync(options.Session(parsed), terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var result = await CompareAsync(options, parsed, session, cancellationToken).ConfigureAwait(false);
                    if (options.Propose(parsed) is { } path)
                    {
                        await ProposeAsync(result, path, session.Clock, terminal, cancellationToken).ConfigureAwait(false);
                    }

                    if (terminal.IsJson)
                    {
                        ReconcileView.Write(result);
                    }
                    else
                    {
                        ReconcileView.Show(terminal, result);
                    }

                    return result.IsWithinGoal ? ExitCode.Done : ExitCode.Found;
                }
            },
            options.Json);
        return command;
    }

    private static async Task<ReconcileResult> CompareAsync(ReconcileOptions options, ParseResult parsed, Session session, CancellationToken cancellationToken)
    {
        var now = session.Clock.GetUtcNow();
        var (keys, goal, lag) = (options.Keys(parsed), options.Goal(parsed), options.Lag(parsed));
        var (since, until) = (options.Since(parsed, now), options.Until(parsed, now));
        var booked = await BookedUsage.ReadAsync(session.Store.Ledger, since ?? DateTimeOffset.UnixEpoch, until, cancellationToken).ConfigureAwait(false);
        var files = options.Files(parsed);
        var from = since ?? (booked.Count > 0 ? new DateTimeOffset(booked.Min(line => line.Day), TimeOnly.MinValue, TimeSpan.Zero) : new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero));
        if (until <= from)
        {
            throw new UserException("--until is not after --since.");
        }

        var reports = files.Count > 0
            ? await FilesAsync(files, from, until, cancellationToken).ConfigureAwait(false)
            : await AskAsync(options, parsed, session, booked, from, until, cancellationToken).ConfigureAwait(false);
        var prices = options.Prices(parsed);
        var reconciler = new Reconciler(prices, keys, now, lag);
        var lines = reports.SelectMany(report => reconciler.Compare(report, [.. booked.Where(line => line.Provider == report.Provider)])).ToList();
        return new ReconcileResult
        {
            From = from,
            Until = until,
            GoalPercent = goal,
            Lines = lines,
            Proposal = PriceProposal.Of(reconciler.Implied, prices),
            Keys = [.. reports.SelectMany(report => Keys(report, keys, prices))],
            Remarks = [.. Remarks(reports, booked)],
        };
    }

    private static IEnumerable<string> Remarks(IReadOnlyList<BilledReport> reports, IReadOnlyList<BookedUsage> booked)
    {
        foreach (var report in reports)
        {
            if (report.Costs.Count == 0 && report.Usage.Count > 0)
            {
                yield return $"{report.Provider}: there are tokens and no amounts; what was billed is their price by the book.";
            }
            else if (report.Usage.Count == 0 && report.Costs.Count > 0)
            {
                yield return $"{report.Provider}: there are amounts and no tokens, so causes are guesses.";
            }
        }

        foreach (var provider in booked.Select(line => line.Provider).Distinct().Where(provider => reports.All(report => report.Provider != provider)))
        {
            yield return $"{provider}: not compared.";
        }
    }

    private static async Task<IReadOnlyList<BilledReport>> FilesAsync(IReadOnlyList<CsvBill> files, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        bool IsMeant(DateOnly day) => day >= DateOnly.FromDateTime(from.UtcDateTime) && day <= DateOnly.FromDateTime(until.AddTicks(-1).UtcDateTime);
        var reports = new Dictionary<ProviderId, BilledReport>();
        foreach (var file in files)
        {
            var read = await file.ReadAsync(cancellationToken).ConfigureAwait(false);
            var all = reports.TryGetValue(read.Provider, out var found) ? found : reports[read.Provider] = new BilledReport(read.Provider);
            foreach (var cost in read.Costs.Where(cost => IsMeant(cost.Day)))
            {
                all.Add(cost, cost.Usd.Scale);
            }

            foreach (var usage in read.Usage.Where(usage => IsMeant(usage.Day)))
            {
                all.Add(usage);
            }
        }

        return [.. reports.Values];
    }

    private static async Task<IReadOnlyList<BilledReport>> AskAsync(
        ReconcileOptions options, ParseResult parsed, Session session, IReadOnlyList<BookedUsage> booked, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var named = options.Providers(parsed);
        var providers = named.Count > 0 ? named : [.. booked.Select(line => line.Provider).Where(ReconcileOptions.HasReports).Distinct()];
        if (providers.Count == 0)
        {
            throw new UserException("The ledger has nothing of a provider with reports in this time; name one with --provider, or read an export with --csv.");
        }

        var endpoint = options.Endpoint(parsed);

        // Every key is looked for before anybody is asked.
        var admins = providers.Select(provider => (Provider: provider, Key: options.Admin(parsed, provider))).ToList();
        using var http = ProviderFactory.CreateHttpClient();
        var pages = new ReportPages(http, TimeProvider.System);
        var reports = new List<BilledReport>();
        foreach (var (provider, key) in admins)
        {
            reports.Add(provider == ProviderId.Anthropic
                ? await new AnthropicBill(pages, endpoint ?? session.Sandbox?.AddressOf(provider) ?? Anthropic, key).ReadAsync(from, until, cancellationToken).ConfigureAwait(false)
                : await new OpenAIBill(pages, endpoint ?? session.Sandbox?.AddressOf(provider) ?? OpenAI, key).ReadAsync(from, until, cancellationToken).ConfigureAwait(false));
        }

        return reports;
    }

    private static IEnumerable<SeenKey> Keys(BilledReport report, IReadOnlyDictionary<string, string> keys, PriceList prices) =>
        report.Usage.Where(usage => usage.Key is not null).GroupBy(usage => usage.Key ?? "", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new SeenKey(
            report.Provider, group.Key, keys.GetValueOrDefault(group.Key), group.Sum(usage => usage.Usage.TotalInput + usage.Usage.TotalOutput),
            group.Aggregate((decimal?)0m, (sum, usage) => sum + prices.Worth(BookedUsage.Canonical(new ModelId(report.Provider, usage.Model)), usage.Tier ?? PriceTier.Live, usage.Usage, usage.Day))));

    private static async Task ProposeAsync(ReconcileResult result, string path, TimeProvider clock, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!result.Proposal.Prices.Any())
        {
            terminal.Note($"No price is to be corrected; {path} is not written.");
            return;
        }

        var source = string.Create(CultureInfo.InvariantCulture, $"the provider's bill, {result.From:yyyy-MM-dd} to {result.Until:yyyy-MM-dd}, by parsimony reconcile");
        try
        {
            await File.WriteAllBytesAsync(path, result.Proposal.Write(source, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--propose {path}: {exception.Message}");
        }

        terminal.Note($"{path} has the prices the bill suggests. Look at it before you use it with --prices: nothing uses it by itself.");
    }
}
