using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>What is each request's own of its decision comes back as it was, and takes a few bytes.</summary>
public sealed class DecisionPackTests
{
    [Fact]
    public void Requests_of_many_sizes_take_under_ten_bytes_each()
    {
        var random = new Random(1);
        var bytes = Pack(Enumerable.Range(0, 10_000).Select(i => Entry(1 + i) with { MeanInput = random.Next(100, 4_000), Expected = random.Next(10, 4_000) * 125_000L })).Length;

        Assert.InRange(bytes, 10_000, 100_000);
    }

    [Fact]
    public void Requests_that_are_alike_take_no_room() =>
        Assert.InRange(Pack(Enumerable.Range(0, 10_000).Select(i => Entry(1 + i))).Length, 10, 40);

    [Fact]
    public void Each_comes_back_as_it_was_and_no_other_is_found()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var entries = Draw(random).Take(random.Next(1, 60)).ToList();
            var pack = Pack(entries);

            Assert.All(entries, entry => Assert.Equal(entry, DecisionPack.Find(pack, entries[0].Sequence, entry.Sequence)));
            var known = entries.Select(entry => entry.Sequence).ToHashSet();
            for (var other = entries[0].Sequence - 2; other <= entries[^1].Sequence + 2; other++)
            {
                Assert.Equal(known.Contains(other), DecisionPack.Find(pack, entries[0].Sequence, other) is not null);
            }
        }
    }

    [Fact]
    public void What_is_damaged_or_of_a_later_version_is_refused()
    {
        var pack = Pack(Draw(new Random(1)).Take(20));

        Assert.Throws<FormatException>(() => DecisionPack.Find(new byte[] { 2, 0 }, 1, 1));
        Assert.Throws<FormatException>(() => DecisionPack.Find(pack.AsMemory(0, 3), 1_000, 1_100));
    }

    private static PackedDecision Entry(long sequence) => new(sequence, Given.Now.UtcTicks, 250, (400, 1, null), 3_600_000_000, -7_200_000_000, 12_500_000, null);

    private static byte[] Pack(IEnumerable<PackedDecision> entries)
    {
        DecisionPack? pack = null;
        foreach (var entry in entries)
        {
            (pack ??= new DecisionPack(entry.Sequence)).Add(entry);
        }

        return pack?.ToArray() ?? [];
    }

    private static IEnumerable<PackedDecision> Draw(Random random)
    {
        var last = Entry(1_000);
        while (true)
        {
            yield return last;
            long? Other(long? value) => random.Next(3) switch { 0 => value, 1 => null, _ => random.NextInt64(-5_000_000_000, 5_000_000_000) };
            last = random.Next(3) == 0 ? last with { Sequence = last.Sequence + 1 } : new PackedDecision(
                last.Sequence + (random.Next(2) == 0 ? 1 : random.Next(1, 400)),
                last.At + (random.Next(2) * random.Next()),
                Other(last.MeanInput), (Other(last.Output.Max), random.Next(1, 9), Other(null)), Other(last.Room), Other(last.Leaves), Other(last.Expected),
                random.Next(4) == 0 ? new CacheOutlook(random.Next(), random.NextDouble(), random.NextDouble(), 0.1, 1.25, random.Next(2) == 0) { BatchReadMultiplier = random.Next(2) == 0 ? null : 0.3 } : last.Cache);
        }
    }
}
