using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class FaultScriptTests
{
    [Fact]
    public void An_unknown_fault_is_refused_with_the_known_ones_and_changes_nothing()
    {
        using var scene = new Scene();
        scene.Fault("""{"fault":"server_error"}""");

        var refusal = Assert.Throws<FormatException>(() => scene.World.Faults.Replace("""{"rules":[{"fault":"earthquake"}]}"""));

        Assert.Contains("clock_skew", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("server_error", Written(scene), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_operation_is_refused()
    {
        using var scene = new Scene();

        Assert.Throws<FormatException>(() => scene.Fault("""{"fault":"server_error","operation":"batch.burn"}"""));
    }

    [Fact]
    public async Task A_rule_skips_calls_strikes_so_often_and_counts_both()
    {
        using var scene = new Scene();
        scene.Fault("""{"fault":"server_error","operation":"chat.create","skip":1,"times":2,"value":503}""");

        var states = new List<int>();
        for (var i = 0; i < 5; i++)
            states.Add((await scene.Chat()).Status);

        Assert.Equal([200, 503, 503, 200, 200], states);
        Assert.Contains("\"fired\":2", Written(scene), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_without_end_strikes_every_time()
    {
        using var scene = new Scene();
        scene.Fault("""{"fault":"server_error","times":null,"value":500}""");

        for (var i = 0; i < 5; i++)
            Assert.Equal(500, (await scene.Chat()).Status);
    }

    [Fact]
    public async Task A_probable_rule_strikes_some_calls_the_same_ones_for_the_same_seed()
    {
        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            using var scene = new Scene();
            scene.Fault("""{"fault":"server_error","times":null,"probability":0.5}""");
            var states = new List<int>();
            for (var i = 0; i < 40; i++)
                states.Add((await scene.Chat()).Status);
            runs.Add(string.Join(',', states));
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.Contains("200", runs[0], StringComparison.Ordinal);
        Assert.Contains("500", runs[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_for_one_provider_leaves_the_other_alone()
    {
        using var scene = new Scene();
        scene.Fault("""{"fault":"server_error","provider":"anthropic","times":null}""");

        Assert.Equal(200, (await scene.Chat()).Status);
        Assert.Equal(500, (await scene.Message()).Status);
    }

    private static string Written(Scene scene)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            scene.World.Faults.Write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
