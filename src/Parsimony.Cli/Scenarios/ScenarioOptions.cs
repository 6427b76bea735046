using System.CommandLine;
using System.Globalization;

namespace Parsimony.Cli;

/// <summary>The options of <c>quote --scenario</c>.</summary>
internal sealed class ScenarioOptions
{
    private readonly Option<string?> _scenario = new("--scenario") { Description = "Compute a worked example instead of an input: pipeshub or image-session.", HelpName = "NAME" };
    private readonly Option<long?> _documents = new("--documents") { Description = "pipeshub: documents a month. Default: 1,000,000.", HelpName = "N" };
    private readonly Option<long?> _input = new("--input-tokens") { Description = "Scenarios: input tokens of a document (default 2,000), or of a call.", HelpName = "N" };
    private readonly Option<long?> _output = new("--output-tokens") { Description = "Scenarios: output tokens of a document (default 500), or of a call.", HelpName = "N" };
    private readonly Option<long?> _cacheable = new("--cacheable-tokens") { Description = "pipeshub: input tokens all documents have in common. Default: 1,500.", HelpName = "N" };
    private readonly Option<decimal?> _hits = new("--hit-rate") { Description = "pipeshub: share that finds them in the cache, 0 to 1. Default: 0.9.", HelpName = "SHARE" };
    private readonly Option<decimal?> _target = new("--target") { Description = "pipeshub: say at which hit rate a month costs this. Default: 4,800 for the documents' own figures.", HelpName = "USD" };
    private readonly Option<long?> _candidates = new("--candidates") { Description = "image-session: candidates of an iteration. Default: 9.", HelpName = "N" };
    private readonly Option<long?> _kept = new("--kept") { Description = "image-session: those kept of them. Default: 3.", HelpName = "N" };
    private readonly Option<long?> _iterations = new("--iterations") { Description = "image-session: how often. Default: 3.", HelpName = "N" };
    private readonly Option<long?> _votes = new("--votes") { Description = "image-session: answers to each question with ensemble voting. Default: 3.", HelpName = "N" };
    private readonly Option<long?> _sessions = new("--sessions") { Description = "image-session: sessions a year. Default: 1,000.", HelpName = "N" };
    private readonly Option<decimal?> _call = new("--call-usd") { Description = "image-session: what a live call costs. Default: 0.15, or the price of the tokens given.", HelpName = "USD" };

    public void AddTo(Command command)
    {
        Option[] all = [_scenario, _documents, _input, _output, _cacheable, _hits, _target, _candidates, _kept, _iterations, _votes, _sessions, _call];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    /// <summary>The scenario asked for; null for none.</summary>
    public string? Name(ParseResult parsed) => parsed.GetValue(_scenario);

    /// <summary>Computes the scenario.</summary>
    /// <exception cref="UserException">It cannot be meant, or a price is unknown.</exception>
    public ScenarioReport Compute(ParseResult parsed, string? modelName, PriceList prices, DateTimeOffset at)
    {
        var model = modelName is null ? DocumentScenario.StatedModel
            : ModelId.TryParse(modelName, out var named) ? named : throw new UserException($"--model {modelName}: write provider/model, for example anthropic/claude-sonnet-4-5.");
        return Name(parsed) switch
        {
            DocumentScenario.Name => new DocumentScenario(prices, model, at).Compute(Load(parsed), parsed.GetValue(_target)),
            ImageSession.Name => Session(parsed, prices, model, at),
            var other => throw new UserException($"--scenario {other}: write {DocumentScenario.Name} or {ImageSession.Name}."),
        };
    }

    private DocumentLoad Load(ParseResult parsed)
    {
        var stated = DocumentLoad.Stated;
        var input = Count(parsed, _input, stated.Input, 1);
        var load = new DocumentLoad(
            Count(parsed, _documents, stated.Documents, 1), input, Count(parsed, _output, stated.Output, 0),
            Count(parsed, _cacheable, Math.Min(stated.Cacheable, input), 0), parsed.GetValue(_hits) ?? stated.HitRate);
        return load.HitRate is < 0 or > 1 ? throw new UserException(string.Create(CultureInfo.InvariantCulture, $"--hit-rate {load.HitRate}: write a share from 0 to 1."))
            : load.Cacheable > load.Input ? throw new UserException("--cacheable-tokens: no more than the input has.")
            : load;
    }

    private ScenarioReport Session(ParseResult parsed, PriceList prices, ModelId model, DateTimeOffset at)
    {
        var stated = ImageSession.Stated;
        var session = new ImageSession(
            Count(parsed, _candidates, stated.Candidates, 1), Count(parsed, _kept, stated.Kept, 1), Count(parsed, _iterations, stated.Iterations, 1),
            Count(parsed, _votes, stated.Votes, 1), Count(parsed, _sessions, stated.Sessions, 1));
        var hasTokens = parsed.GetValue(_input) is not null || parsed.GetValue(_output) is not null;
        var usage = hasTokens ? new TokenUsage { UncachedInput = Count(parsed, _input, 0, 0), Output = Count(parsed, _output, 0, 0) } : new TokenUsage { UncachedInput = 1_000, Output = 1_000 };
        var (live, batch) = (Price(prices, model, usage, PriceTier.Live, at), Price(prices, model, usage, PriceTier.Batch, at));
        if (hasTokens && parsed.GetValue(_call) is null)
        {
            return session.Compute(model, live, batch, isStated: false, string.Create(CultureInfo.InvariantCulture, $"a call of {usage.UncachedInput:N0} input and {usage.Output:N0} output tokens costs {Usd.Format(live)} USD."));
        }

        // The documents name a price and no tokens: what a batch saves of it is in the price book.
        var call = parsed.GetValue(_call) ?? ImageSession.StatedCallUsd;
        return session.Compute(
            model, call, live == 0 ? call : call * batch / live, session == stated && call == ImageSession.StatedCallUsd && model == DocumentScenario.StatedModel,
            string.Create(CultureInfo.InvariantCulture, $"a live call is taken to cost {Usd.Format(call)} USD, in a batch {(live == 0 ? 1 : batch / live):P0} of it."));
    }

    private static decimal Price(PriceList prices, ModelId model, TokenUsage usage, PriceTier tier, DateTimeOffset at)
    {
        var cost = prices.Price(model, usage, tier, at);
        return cost.Usd ?? throw new UserException($"The scenario needs a price of {model}: {cost.Source}.");
    }

    private static long Count(ParseResult parsed, Option<long?> option, long otherwise, long least) =>
        parsed.GetValue(option) is not { } value ? otherwise
        : value >= least && value <= 1_000_000_000_000 ? value
        : throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value}: write {least} or more."));
}
