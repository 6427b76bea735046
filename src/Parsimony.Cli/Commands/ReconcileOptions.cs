using System.CommandLine;
using System.Globalization;

namespace Parsimony.Cli;

/// <summary>The options of <c>reconcile</c>.</summary>
internal sealed class ReconcileOptions
{
    private const decimal DefaultGoal = 0.5m;
    private const double DefaultLagHours = 24;

    // Names as the vendors' examples have them: https://platform.claude.com/docs/en/api/admin/usage_report/retrieve_messages and
    // https://developers.openai.com/api/reference/resources/admin, read 2026-11-21.
    private static readonly (ProviderId Provider, string Variable)[] Variables = [(ProviderId.Anthropic, "ANTHROPIC_ADMIN_API_KEY"), (ProviderId.OpenAI, "OPENAI_ADMIN_KEY")];

    private readonly Option<string?> _since = new("--since") { Description = "The first day (UTC): 7d, 4w or ISO 8601. Default: the ledger's first.", HelpName = "WHEN" };
    private readonly Option<string?> _until = new("--until") { Description = "The day it ends before. Default: now.", HelpName = "WHEN" };
    private readonly Option<string[]> _provider = new("--provider") { Description = "anthropic or openAI; may be repeated. Default: those in the ledger. With --csv: whose files they are.", HelpName = "NAME" };
    private readonly Option<string[]> _csv = new("--csv") { Description = "Read a CSV file instead of the provider's reports: a console's export, or any with --map; may be repeated.", HelpName = "FILE" };
    private readonly Option<string[]> _map = new("--map") { Description = "Which column of the CSV files is what, for example usd=Amount; may be repeated.", HelpName = "FIELD=COLUMN" };
    private readonly Option<string[]> _key = new("--key") { Description = "The provider's id of a key that is ours, with the credential's name; what other keys used is told apart then. May be repeated.", HelpName = "ID=CREDENTIAL" };
    private readonly Option<string[]> _admin = new("--admin-key") { Description = "The environment variable with a provider's admin key. Default: ANTHROPIC_ADMIN_API_KEY, OPENAI_ADMIN_KEY.", HelpName = "PROVIDER=VARIABLE" };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "Another base address for the reports of the one --provider.", HelpName = "URL" };
    private readonly Option<decimal> _goal = new("--goal") { Description = "Most the sums may differ, in per cent of what was billed; beyond it the exit code is 8.", HelpName = "PERCENT", DefaultValueFactory = static _ => DefaultGoal };
    private readonly Option<double> _lag = new("--lag") { Description = "Hours after a day's end in which its report may still be incomplete.", HelpName = "HOURS", DefaultValueFactory = static _ => DefaultLagHours };
    private readonly Option<string?> _propose = new("--propose") { Description = "Write corrected prices to this file, in the format of --prices. Nothing uses it by itself.", HelpName = "FILE" };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _config = SharedOptions.Config();
    private readonly Option<string?> _prices = SharedOptions.Prices();
    private readonly Option<string?> _sandbox = SharedOptions.Sandbox();

    public Option<bool> Json { get; } = SharedOptions.Json();

    public void AddTo(Command command)
    {
        Option[] all = [_since, _until, _provider, _csv, _map, _key, _admin, _endpoint, _goal, _lag, _propose, _store, _config, _prices, _sandbox, Json];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    public SessionOptions Session(ParseResult parsed) => new()
    {
        Store = parsed.GetValue(_store),
        Config = parsed.GetValue(_config),
        Prices = parsed.GetValue(_prices),
        Sandbox = parsed.GetValue(_sandbox),
        NeedsProviders = false,
    };

    /// <summary>The prices to compare by.</summary>
    /// <exception cref="UserException">A file of prices cannot be read or meant.</exception>
    public PriceList Prices(ParseResult parsed) => PriceBook.Open(parsed.GetValue(_prices), parsed.GetValue(_config));

    /// <summary>Where a provider's reports are, where that was said; null for its own address.</summary>
    /// <exception cref="UserException">It is no address, or whose it is was not said.</exception>
    public Uri? Endpoint(ParseResult parsed) =>
        parsed.GetValue(_endpoint) is not { } text ? null
        : Providers(parsed).Count != 1 ? throw new UserException("--endpoint: name the one provider it is for with --provider.")
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new UserException($"'{text}' is not an address. Write --endpoint https://host/path.");

    public bool IsSandbox(ParseResult parsed) => parsed.GetValue(_sandbox) is not null;

    public decimal Goal(ParseResult parsed) => parsed.GetValue(_goal) is >= 0 and var goal ? goal : throw new UserException("--goal: write 0 or more per cent.");

    public TimeSpan Lag(ParseResult parsed) => parsed.GetValue(_lag) is >= 0 and <= 10_000 and var hours ? TimeSpan.FromHours(hours) : throw new UserException("--lag: write 0 or more hours.");

    public string? Propose(ParseResult parsed) => parsed.GetValue(_propose);

    /// <summary>From when, in whole days; null for the ledger's beginning.</summary>
    /// <exception cref="UserException">It cannot be meant.</exception>
    public DateTimeOffset? Since(ParseResult parsed, DateTimeOffset now) => parsed.GetValue(_since) is { } text ? new DateTimeOffset(ReportTime.Read("--since", text, now).UtcDateTime.Date, TimeSpan.Zero) : null;

    /// <summary>Until when: reports have whole days.</summary>
    /// <exception cref="UserException">It cannot be meant.</exception>
    public DateTimeOffset Until(ParseResult parsed, DateTimeOffset now) => parsed.GetValue(_until) is { } text ? new DateTimeOffset(ReportTime.Read("--until", text, now).UtcDateTime.Date, TimeSpan.Zero) : now;

    /// <summary>The providers that are named; none when left out.</summary>
    /// <exception cref="UserException">One has no reports.</exception>
    public IReadOnlyList<ProviderId> Providers(ParseResult parsed) =>
    [
        .. (parsed.GetValue(_provider) ?? []).Select(name => ProviderId.TryParse(name, out var id) && (parsed.GetValue(_csv) is { Length: > 0 } || HasReports(id))
            ? id
            : throw new UserException($"--provider {name}: write anthropic or openAI; others have no reports Parsimony can read, only CSV files.")),
    ];

    /// <summary>Whether a provider has reports that can be asked for.</summary>
    public static bool HasReports(ProviderId provider) => Array.Exists(Variables, entry => entry.Provider == provider);

    /// <summary>The CSV files.</summary>
    /// <exception cref="UserException">A map names a field there is not.</exception>
    public IReadOnlyList<CsvBill> Files(ParseResult parsed)
    {
        var map = Pairs(parsed.GetValue(_map), "--map", "FIELD=COLUMN");
        if (map.Keys.FirstOrDefault(field => !CsvBill.Fields.Contains(field)) is { } unknown)
        {
            throw new UserException($"--map {unknown}: write one of {string.Join(", ", CsvBill.Fields)}.");
        }

        var named = Providers(parsed);
        return named.Count > 1 && parsed.GetValue(_csv) is { Length: > 0 }
            ? throw new UserException("--csv: name one provider, whose files they are.")
            : [.. (parsed.GetValue(_csv) ?? []).Select(path => new CsvBill(path, map, named is [var one] ? one : null))];
    }

    /// <summary>Ids of keys, with the credentials they are.</summary>
    /// <exception cref="UserException">It cannot be meant.</exception>
    public IReadOnlyDictionary<string, string> Keys(ParseResult parsed) => Pairs(parsed.GetValue(_key), "--key", "ID=CREDENTIAL");

    /// <summary>A provider's admin key.</summary>
    /// <exception cref="UserException">There is none; the variable is named.</exception>
    public AdminKey Admin(ParseResult parsed, ProviderId provider)
    {
        if (IsSandbox(parsed))
        {
            return new AdminKey("the sandbox", provider == ProviderId.Anthropic ? "sk-ant-admin-sandbox" : "sk-admin-sandbox");
        }

        var named = Pairs(parsed.GetValue(_admin), "--admin-key", "PROVIDER=VARIABLE").FirstOrDefault(pair => ProviderId.TryParse(pair.Key, out var id) && id == provider).Value;
        var variable = named ?? Array.Find(Variables, entry => entry.Provider == provider).Variable;
        return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? new AdminKey(variable, value.Trim())
            : throw new UserException($"{provider}'s reports need an admin key of the organization in {variable}; or read an export with --csv.");
    }

    private static Dictionary<string, string> Pairs(string[]? texts, string option, string form)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || at == text.Length - 1 || !pairs.TryAdd(text[..at], text[(at + 1)..]))
            {
                throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{option} {text}: write {form}, each once."));
            }
        }

        return pairs;
    }
}
