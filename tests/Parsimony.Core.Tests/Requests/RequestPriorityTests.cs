using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Core.Tests;

public sealed class RequestPriorityTests
{
    [Theory]
    [InlineData("low", 1)]
    [InlineData("Normal", 4)]
    [InlineData(" high ", 7)]
    [InlineData("0", 0)]
    [InlineData("9", 9)]
    public void Words_and_levels_are_read(string text, int level) => Assert.Equal(level, RequestPriority.Parse(text).Level);

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("-1")]
    [InlineData("urgent")]
    public void Anything_else_is_refused_with_what_to_write(string text) =>
        Assert.Contains("low, normal, high", Assert.Throws<FormatException>(() => RequestPriority.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_says_nothing_is_normal_and_levels_have_an_order()
    {
        Assert.Equal(RequestPriority.Normal, default);
        Assert.True(RequestPriority.Low < RequestPriority.Normal && RequestPriority.High > RequestPriority.Normal);
        Assert.Equal(["low", "5", "high"], new[] { RequestPriority.Low, RequestPriority.Of(5), RequestPriority.High }.Select(priority => priority.ToString()));
    }

    [Fact]
    public void Options_carry_it_also_through_json()
    {
        var options = new ChatOptions().WithPriority(RequestPriority.Of(8)).WithConstraints(DataConstraints.Parse("no_batch")).WithConstraints(DataConstraints.Parse("region=EU"));
        var read = JsonSerializer.Deserialize<ChatOptions>(JsonSerializer.Serialize(options, AIJsonUtilities.DefaultOptions), AIJsonUtilities.DefaultOptions);

        Assert.Equal(RequestPriority.Of(8), read?.GetPriority());
        Assert.Equal("no_batch,region=eu", read?.GetConstraints().ToString());
        Assert.Null(new ChatOptions().GetPriority());
        Assert.True(new ChatOptions().GetConstraints().IsNone);
    }
}
