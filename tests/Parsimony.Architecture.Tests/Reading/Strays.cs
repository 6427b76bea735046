namespace Parsimony.Architecture.Tests;

/// <summary>What breaks a rule, each named; there should be none.</summary>
internal static class Strays
{
    public static void None(IEnumerable<string> strays)
    {
        var found = strays.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
