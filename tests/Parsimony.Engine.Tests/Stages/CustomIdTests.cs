namespace Parsimony.Engine.Tests;

public sealed class CustomIdTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4_095, 17)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void What_is_written_is_read_again(long sequence, int attempt)
    {
        var id = CustomId.Write(Key, sequence, attempt);

        Assert.True(CustomId.TryRead(id, Key, out var readSequence, out var readAttempt));
        Assert.Equal((sequence, attempt), (readSequence, readAttempt));
        Assert.Matches("^[a-z0-9-]{1,58}$", id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("theirs-1")]
    [InlineData(Key)]
    [InlineData(Key + "-")]
    [InlineData(Key + "-1")]
    [InlineData(Key + "-1-")]
    [InlineData(Key + "--1")]
    [InlineData(Key + "-1-x")]
    [InlineData(Key + "-1-1-1")]
    [InlineData(Key + "-11111111111111111-1")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF-1-1")]
    [InlineData("1123456789abcdef0123456789abcdef-1-1")]
    public void Any_other_text_is_foreign(string text) => Assert.False(CustomId.TryRead(text, Key, out _, out _));

    [Theory]
    [InlineData(Key + "-anything", true)]
    [InlineData(Key + "0-1-1", false)]
    [InlineData("theirs", false)]
    public void The_key_in_front_says_whose_it_is(string text, bool isOurs) => Assert.Equal(isOurs, CustomId.IsOf(text, Key));
}
