using System.CommandLine;
using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>The options of <c>report</c>.</summary>
internal sealed class ReportOptions
{
    private static readonly string[] Groups = ["provider", "model", "tenant", "key", "component", "agent", "session", "tag", "route"];

    private readonly Option<string?> _by = new("--by") { Description = "hour, day, week or month (UTC, weeks from Monday). Default: all in one; 'day' for --format focus.", HelpName = "PERIOD" };
    private readonly Option<string[]> _group = new("--group") { Description = "provider, model, tenant, key, component, agent, session, tag or route; may be given several times.", HelpName = "NAME" };
    private readonly Option<string?> _since = new("--since") { Description = "From when: 24h, 7d or ISO 8601. Default: the beginning.", HelpName = "WHEN" };
    private readonly Option<string?> _until = new("--until") { Description = "Until when, not included. Default: now.", HelpName = "WHEN" };
    private readonly Option<string?> _before = new("--before") { Description = "Compare this time with that of --after: two times, A..B.", HelpName = "RANGE" };
    private readonly Option<string?> _after = new("--after") { Description = "See --before.", HelpName = "RANGE" };
    private readonly Option<string> _format = new("--format") { Description = "table, csv, json or focus (FinOps FOCUS 1.2, as CSV).", DefaultValueFactory = static _ => "table", HelpName = "FORMAT" };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _sandbox = SharedOptions.Sandbox();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_by, _group, _since, _until, _before, _after, _format, _store, _sandbox])
        {
            command.Add(option);
        }
    }

    public SessionOptions Session(ParseResult parsed) =>
        new() { Store = parsed.GetValue(_store), Sandbox = parsed.GetValue(_sandbox), NeedsProviders = false };

    /// <summary>table, csv, json or focus.</summary>
    /// <exception cref="UserException">Another word.</exception>
    public string Format(ParseResult parsed) => parsed.GetValue(_format) is { } format && format is "table" or "csv" or "json" or "focus"
        ? format
        : throw new UserException($"--format {parsed.GetValue(_format)}: write table, csv, json or focus.");

    /// <summary>What is asked for.</summary>
    /// <exception cref="UserException">It cannot be meant.</exception>
    public ReportQuery Query(ParseResult parsed, DateTimeOffset now, bool isFocus)
    {
        var group = parsed.GetValue(_group) ?? [];
        var by = parsed.GetValue(_by) is { } period ? Period(period) : isFocus ? ReportPeriod.Day : ReportPeriod.All;
        if (isFocus && group.Length > 0)
        {
            throw new UserException("--format focus has all dimensions as columns; leave --group out.");
        }

        var whole = new ReportQuery();
        var query = new ReportQuery
        {
            By = by,
            Group = [.. group.Select(Dimension).Distinct()],
            From = parsed.GetValue(_since) is { } since ? ReportTime.Read("--since", since, now) : whole.From,
            Until = parsed.GetValue(_until) is { } until ? ReportTime.Read("--until", until, now) : whole.Until,
        };
        return query.Until > query.From ? query : throw new UserException("--until is not after --since.");
    }

    /// <summary>The two times to compare; null when none is asked for.</summary>
    /// <exception cref="UserException">They cannot be meant.</exception>
    public (ReportQuery Before, ReportQuery After)? Comparison(ParseResult parsed, DateTimeOffset now) =>
        (parsed.GetValue(_before), parsed.GetValue(_after)) switch
        {
            (null, null) => null,
            ({ } before, { } after) when parsed.GetValue(_since) is null && parsed.GetValue(_until) is null && parsed.GetValue(_by) is null && parsed.GetValue(_group) is not { Length: > 0 } =>
                (ReportTime.ReadRange("--before", before, now), ReportTime.ReadRange("--after", after, now)),
            ({ }, { }) => throw new UserException("--before and --after compare two whole times; leave --since, --until, --by and --group out."),
            _ => throw new UserException("--before and --after go together."),
        };

    private static ReportPeriod Period(string text) => text switch
    {
        "hour" => ReportPeriod.Hour,
        "day" => ReportPeriod.Day,
        "week" => ReportPeriod.Week,
        "month" => ReportPeriod.Month,
        _ => throw new UserException($"--by {text}: write hour, day, week or month."),
    };

    private static ReportDimension Dimension(string text) =>
        Groups.Contains(text, StringComparer.Ordinal) && Enum.TryParse<ReportDimension>(text, ignoreCase: true, out var dimension)
            ? dimension
            : throw new UserException(string.Create(CultureInfo.InvariantCulture, $"--group {text}: write {string.Join(", ", Groups)}."));
}
