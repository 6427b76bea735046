namespace Parsimony.Architecture.Tests;

/// <summary>Text that is checked in and compared; written anew when PARSIMONY_ACCEPT_API is 1 (docs/testing.md).</summary>
internal static class AcceptedText
{
    public static void Compare(string name, string actual)
    {
        var file = $"tests/Parsimony.Architecture.Tests/PublicApi/{name}.txt";
        if (Environment.GetEnvironmentVariable("PARSIMONY_ACCEPT_API") == "1")
        {
            File.WriteAllText(Repository.PathOf(file), actual);
            return;
        }

        Assert.True(File.Exists(Repository.PathOf(file)), $"{file} is missing; run the tests with PARSIMONY_ACCEPT_API=1 and review what it writes.");
        var accepted = Repository.Read(file).ReplaceLineEndings("\n");
        if (accepted == actual)
        {
            return;
        }

        var before = accepted.Split('\n');
        var after = actual.Split('\n');
        Assert.Fail(
            $"{file} differs. If the change is meant, run the tests with PARSIMONY_ACCEPT_API=1, review it and note it in CHANGELOG.md.\n"
            + string.Join('\n', before.Except(after, StringComparer.Ordinal).Select(line => "- " + line).Concat(after.Except(before, StringComparer.Ordinal).Select(line => "+ " + line)).Take(40)));
    }
}
