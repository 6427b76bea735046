using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

public class AnthropicCacheMarksTests
{
    [Fact]
    public void Puts_the_clients_own_value_on_the_contents_that_end_a_block()
    {
        List<ChatMessage> messages =
        [
            new(ChatRole.System, "rules"),
            new(ChatRole.User, [new TextContent("a"), new TextContent("b")]),
        ];
        messages[1].Contents[1].AdditionalProperties = new() { [AnthropicCacheMarks.Key] = "old", ["mine"] = 1 };

        AnthropicCacheMarks.Place(messages, [new CacheMark(1, TimeSpan.FromHours(1)), new CacheMark(2, TimeSpan.FromMinutes(5))], tools: 1, life => life.TotalMinutes);

        Assert.Equal(60.0, messages[0].Contents[0].AdditionalProperties![AnthropicCacheMarks.Key]);
        Assert.Equal(5.0, messages[1].Contents[0].AdditionalProperties![AnthropicCacheMarks.Key]);
        Assert.Equal(["mine"], messages[1].Contents[1].AdditionalProperties!.Keys);
    }
}
