using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Core.Tests;

/// <summary>A prefix that used to be shared is noticed when it no longer is, and at which block.</summary>
public sealed class PrefixDriftTests
{
    private static readonly PrefixWorkload Workload = new(GivenRequest.Model, "mail", "sorter", "acme");
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Rules = new('r', 4_000);

    private readonly PrefixDriftDetector _detector = new();
    private int _calls;

    [Fact]
    public void Prompts_that_begin_alike_do_not_drift()
    {
        var found = Enumerable.Range(0, 20).Select(call => Call(["find", "send"], [Rules], $"question {call}")).ToList();

        Assert.All(found, Assert.Null);
        Assert.Empty(_detector.Current);
    }

    [Fact]
    public void A_time_in_the_instructions_is_volatile_from_the_third_call_on()
    {
        PrefixDrift? Stamped(int call) => Call(["find"], [string.Create(CultureInfo.InvariantCulture, $"Now: 10:00:{call:00}. {Rules}")], "question");

        var found = Enumerable.Range(0, 8).Select(Stamped).ToList();
        var drift = Assert.Single(found, drift => drift is not null);
        var current = Assert.Single(_detector.Current);

        Assert.Same(found[3], drift);
        Assert.Equal((PrefixDriftKind.Volatile, 2, "system", Workload, Start.AddMinutes(2)), (current.Kind, current.Block, current.BlockKind, current.Workload, current.Since));
        Assert.Equal(7, current.Calls);
        Assert.InRange(current.WastedBytes, 7 * 4_000, 7 * 4_300);
    }

    [Fact]
    public void Instructions_that_change_once_are_a_change_and_then_all_is_calm()
    {
        Repeat(5, () => Call(["find"], ["Version 1. " + Rules, "Tail."], "question"));

        var drift = Call(["find"], ["Version 2. " + Rules, "Tail."], "question");
        Repeat(5, () => Assert.Null(Call(["find"], ["Version 2. " + Rules, "Tail."], "question")));

        Assert.Equal((PrefixDriftKind.Changed, 2, "system"), (drift?.Kind, drift?.Block, drift?.BlockKind));
        Assert.Empty(_detector.Current);
    }

    [Fact]
    public void Tools_in_another_order_have_moved()
    {
        Repeat(4, () => Call(["find", "send", "stop"], [Rules], "question"));

        var drift = Call(["stop", "find", "send"], [Rules], "question");

        Assert.Equal((PrefixDriftKind.Moved, 1, "tool"), (drift?.Kind, drift?.Block, drift?.BlockKind));
    }

    [Fact]
    public void A_block_put_in_and_one_left_out_are_told_apart()
    {
        Repeat(4, () => Call(["find"], ["Be kind.", Rules], "question"));
        var inserted = Call(["find"], ["New.", "Be kind.", Rules], "question");
        var removed = Call(["find"], [Rules], "question");

        Assert.Equal((PrefixDriftKind.Inserted, 2), (inserted?.Kind, inserted?.Block));
        Assert.Equal((PrefixDriftKind.Removed, 2), (removed?.Kind, removed?.Block));
        Assert.True(inserted?.WastedBytes > 4_000);
    }

    [Fact]
    public void Several_kinds_of_prompt_in_turn_are_no_drift()
    {
        for (var call = 0; call < 20; call++)
        {
            Assert.Null(Call(["find"], [call % 2 == 0 ? "Sort. " + Rules : "Answer, at length. " + Rules + Rules], $"question {call}"));
        }
    }

    [Fact]
    public void Conversations_that_grow_and_begin_anew_are_no_drift()
    {
        for (var talk = 0; talk < 5; talk++)
        {
            for (var turn = 1; turn < 6; turn++)
            {
                Assert.Null(Call(["find"], [Rules], [.. Enumerable.Range(0, turn).Select(at => $"talk {talk} turn {at}")]));
            }
        }
    }

    [Fact]
    public void Workloads_are_told_apart_and_the_oldest_makes_room()
    {
        var detector = new PrefixDriftDetector(2);
        for (var call = 0; call < 12; call++)
        {
            foreach (var agent in (string[])["a", "b"])
            {
                detector.Observe(Workload with { Agent = agent }, PrefixBlock.Of(Prompt([], [string.Create(CultureInfo.InvariantCulture, $"{agent} {call:00}. {Rules}")], "q")), Start);
            }
        }

        Assert.Equal(["a", "b"], detector.Current.Select(drift => drift.Workload.Agent).Order(StringComparer.Ordinal));
        detector.Observe(Workload with { Agent = "c" }, PrefixBlock.Of(Prompt([], [Rules], "q")), Start);
        Assert.Equal("b", Assert.Single(detector.Current).Workload.Agent);
    }

    [Fact]
    public void Wasted_tokens_are_worth_what_reading_them_would_have_saved()
    {
        var drift = new PrefixDrift { Workload = Workload, Kind = PrefixDriftKind.Volatile, Block = 1, BlockKind = "system", BlockBytes = 4_000_000, Since = Start, Calls = 1, WastedBytes = 4_000_000 };

        Assert.Equal((1_000_000, 0.9m), (drift.WastedTokens, drift.WastedUsd(PriceList.Default, Start)));
        Assert.Null((drift with { Workload = new PrefixWorkload(ModelId.Parse("openAI/nobody")) }).WastedUsd(PriceList.Default, Start));
    }

    [Fact]
    public void The_first_difference_of_a_block_is_found_where_both_texts_are_there()
    {
        var (left, right) = (Prompt([], ["Now: 10:00:01."], "q"), Prompt([], ["Now: 10:00:02."], "q"));

        var at = PrefixBlock.FirstDifference(left, right, 1);

        Assert.Equal('1', Encoding.UTF8.GetString(Bytes(left))[Encoding.UTF8.GetString(Bytes(left)).IndexOf("Now", StringComparison.Ordinal) + 12]);
        Assert.Equal(Encoding.UTF8.GetString(SystemBlock(left)).IndexOf(":01.", StringComparison.Ordinal) + 2, at);
        Assert.Null(PrefixBlock.FirstDifference(left, left, 1));
        Assert.Null(PrefixBlock.FirstDifference(left, right, 9));
    }

    [Fact]
    public void Blocks_say_what_they_are_in_every_dialect()
    {
        var verbatim = new Envelope
        {
            Kind = EndpointKind.Messages,
            Dialect = Dialect.Anthropic,
            Model = GivenRequest.Model,
            Bytes = Encoding.UTF8.GetBytes("""{"tools":[{"name":"find"}],"system":"Be kind.","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"text","text":"Hello"}]}]}"""),
        };

        Assert.Equal(["format", "tool", "system", "user"], PrefixBlock.Of(Prompt(["find"], ["Be kind."], "q")).Select(block => block.Kind));
        Assert.Equal(["format", "tool", "system", "user", "assistant"], PrefixBlock.Of(verbatim).Select(block => block.Kind));
        Assert.Equal([true, true, true, false, false], PrefixBlock.Of(verbatim).Select(block => block.IsStatic));
        Assert.Empty(PrefixBlock.Of(verbatim with { Kind = EndpointKind.Embeddings }));
    }

    private static byte[] Bytes(Envelope envelope) => envelope.Bytes.ToArray();

    // The content of the system block: the part's JSON.
    private static byte[] SystemBlock(Envelope envelope)
    {
        var text = Encoding.UTF8.GetString(envelope.Bytes.Span);
        var now = text.IndexOf("Now", StringComparison.Ordinal);
        var begin = text.LastIndexOf('{', now);
        return Encoding.UTF8.GetBytes(text[begin..]);
    }

    private static Envelope Prompt(string[] tools, string[] system, params string[] questions)
    {
        var request = new ChatRequest
        {
            Tools = [.. tools.Select(name => new ToolDeclaration(name, "Does " + name, JsonNode.Parse("{}") ?? "{}"))],
            Turns =
            [
                new ChatTurn(ChatTurnRole.System, [.. system.Select(ChatPart (text) => new ChatPart.Text(text))]),
                .. questions.Select(text => new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])),
            ],
        };
        return request.ToEnvelope(GivenRequest.Model);
    }

    private PrefixDrift? Call(string[] tools, string[] system, params string[] questions) =>
        _detector.Observe(Workload, PrefixBlock.Of(Prompt(tools, system, questions)), Start.AddMinutes(++_calls));

    private static void Repeat(int times, Action call)
    {
        for (var time = 0; time < times; time++)
        {
            call();
        }
    }
}
