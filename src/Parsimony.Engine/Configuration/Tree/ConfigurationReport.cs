using System.Globalization;

namespace Parsimony.Engine;

/// <summary>Faults and warnings of one configuration, in the order they were met.</summary>
internal sealed class ConfigurationReport(string name)
{
    private readonly List<string> _faults = [];
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Faults => _faults;

    public IReadOnlyList<string> Warnings => _warnings;

    public string Name => name;

    public string Line(long line) => string.Create(CultureInfo.InvariantCulture, $"{name}, line {line}");

    public void Fault(string place, string what) => Add(_faults, $"{place}: {what}");

    public void Fault(string place, string key, string what) => Add(_faults, $"{place}: {key}: {what}");

    public void Warn(string place, string key, string what) => Add(_warnings, $"{place}: {key}: {what}");

    /// <summary>Ends the reading when anything was wrong.</summary>
    /// <exception cref="ConfigurationException">There is at least one fault.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new ConfigurationException(_faults);
        }
    }

    // One variable sets a key of many providers: said once is enough.
    private static void Add(List<string> list, string message)
    {
        if (!list.Contains(message, StringComparer.Ordinal))
        {
            list.Add(message);
        }
    }
}
