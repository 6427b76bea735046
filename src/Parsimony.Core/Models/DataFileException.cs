namespace Parsimony;

/// <summary>A file of prices or model facts cannot be used; every fault found is listed, none of the file's content is taken.</summary>
public sealed class DataFileException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One sentence each, naming the file and the row.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
