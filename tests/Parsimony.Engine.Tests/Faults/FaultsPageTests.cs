using System.Text.RegularExpressions;
using Parsimony.Sandbox.Model;

namespace Parsimony.Engine.Tests;

/// <summary>docs/faults.md names every fault of the sandbox and, for each, a test that is there.</summary>
public sealed partial class FaultsPageTests
{
    [Fact]
    public void Every_fault_has_its_row() =>
        Assert.Equal(FaultScript.Names.Order(StringComparer.Ordinal), Rows().Select(row => row.Fault).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_test_of_the_page_is_there() => Assert.All(Rows(), row =>
    {
        var (type, method) = row.Test.Split('.') is [var first, var second] ? (first, second) : (row.Test, "");
        var found = typeof(FaultsPageTests).Assembly.GetType($"Parsimony.Engine.Tests.{type}")?.GetMethod(method);
        Assert.True(found?.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0, $"{row.Fault}: there is no test {row.Test}.");
    });

    [Fact]
    public void Every_fault_test_is_on_the_page()
    {
        var named = Rows().Select(row => row.Test).ToHashSet(StringComparer.Ordinal);
        var tests = new[] { typeof(CreateFaultTests), typeof(ResultFaultTests), typeof(RunningFaultTests), typeof(CallFaultTests) }
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0).Select(method => $"{type.Name}.{method.Name}"));

        Assert.All(tests, test => Assert.Contains(test, named));
    }

    private static List<(string Fault, string Test)> Rows() =>
        [.. Row().Matches(RepositoryPage.Read("faults.md")).Select(match => (match.Groups["fault"].Value, match.Groups["test"].Value))];

    [GeneratedRegex(@"^\| `(?<fault>[a-z_]+)` \| `(?<test>[A-Za-z_.]+)` \| [^|]{10,} \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
