namespace Parsimony.Cli.Tests;

public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgres://db/parsimony", "Host=db;Database=parsimony")]
    [InlineData("postgresql://me@db:5433/parsimony", "Host=db;Port=5433;Username=me;Database=parsimony")]
    [InlineData("postgres://me:p%40ss%3Aword@db/x", "Host=db;Username=me;Password=p@ss:word;Database=x")]
    [InlineData("postgres://me:p%3Bw@db/x?Search%20Path=jobs&SSL%20Mode=Require", "Host=db;Username=me;Password=\"p;w\";Database=x;Search Path=jobs;SSL Mode=Require")]
    [InlineData("Host=db;Database=x", "Host=db;Database=x")]
    public void An_address_becomes_a_connection_string(string address, string expected)
    {
        Assert.True(DatabaseAddress.TryRead(address, out var connection));
        Assert.Equal(expected, connection, ignoreCase: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("parsimony.db")]
    [InlineData("/var/lib/a=b/parsimony.db")]
    public void Anything_else_is_a_file(string? text) => Assert.False(DatabaseAddress.TryRead(text, out _));

    [Fact]
    public void An_address_that_cannot_be_read_is_not_repeated()
    {
        var refusal = Assert.Throws<UserException>(() => DatabaseAddress.TryRead("postgres://me:secret word@", out _));

        Assert.Contains("postgres://user:password@host:port/database", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}
