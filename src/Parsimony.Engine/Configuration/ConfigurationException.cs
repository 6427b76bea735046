namespace Parsimony.Engine;

/// <summary>A configuration cannot be meant as it stands; every fault found is listed and nothing of it is used.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One sentence each: file, line, key, and what to write instead. Never a secret.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
