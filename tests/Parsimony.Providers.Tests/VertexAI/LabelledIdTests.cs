using Parsimony.Providers.Google;

namespace Parsimony.Providers.Tests;

public sealed class LabelledIdTests
{
    [Theory]
    [InlineData("p-0198-key-1")]
    [InlineData("ABC_def-9")]
    [InlineData("_")]
    [InlineData("X")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("________________________________________________________________")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz0")]
    public void An_id_comes_back_as_it_was_and_every_label_is_one(string id)
    {
        var labels = LabelledId.Write(id);

        Assert.All(labels, label =>
        {
            Assert.InRange(label.Value.Length, 1, 63);
            Assert.Matches("^[a-z][a-z0-9_-]*$", label.Key);
            Assert.Matches("^[a-z0-9_-]*$", label.Value);
        });
        Assert.Equal(id, LabelledId.Read(name => labels.GetValueOrDefault(name)));
    }

    [Theory]
    [InlineData("ends-in-_")]
    [InlineData("_-")]
    [InlineData("")]
    public void Labels_that_are_not_ours_are_no_id(string value) => Assert.Null(LabelledId.Read(name => name == "parsimony-id" ? value : null));

    [Fact]
    public void Ids_that_differ_only_in_case_stay_apart() => Assert.NotEqual(LabelledId.Write("ab")["parsimony-id"], LabelledId.Write("aB")["parsimony-id"]);
}
