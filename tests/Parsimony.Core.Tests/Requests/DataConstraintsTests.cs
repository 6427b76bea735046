namespace Parsimony.Core.Tests;

public sealed class DataConstraintsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("no_batch", "no_batch")]
    [InlineData(" region=EU , NO_STORE", "no_store,region=eu")]
    public void They_are_read_and_written_alike(string text, string written) => Assert.Equal(written, DataConstraints.Parse(text).ToString());

    [Theory]
    [InlineData("no_batch=1")]
    [InlineData("region")]
    [InlineData("region=")]
    [InlineData("region=a b")]
    [InlineData("nothing")]
    public void What_is_none_of_them_is_refused(string text) => Assert.Throws<FormatException>(() => DataConstraints.Parse(text));

    [Fact]
    public void Two_regions_contradict_each_other() =>
        Assert.Contains(
            "region=eu and region=us", Assert.Throws<FormatException>(() => DataConstraints.Parse("region=eu,region=us")).Message, StringComparison.Ordinal);
}
