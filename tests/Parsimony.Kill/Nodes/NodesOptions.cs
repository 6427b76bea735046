using System.Globalization;

namespace Parsimony.Kill;

/// <summary>What <c>eng/nodes-test.sh</c> is told.</summary>
internal sealed record NodesOptions
{
    public int Requests { get; init; } = 10_000;

    public int Nodes { get; init; } = 3;

    /// <summary>Events there are at least.</summary>
    public int Events { get; init; } = 60;

    public int Seed { get; init; } = 1;

    /// <summary>Sandbox seconds a second.</summary>
    public double Speed { get; init; } = 40;

    /// <summary>Runs each provider gets, one after the other.</summary>
    public int RunsOfProvider { get; init; } = 5;

    public int RowsOfRun => Requests / (2 * RunsOfProvider);

    /// <summary>Reads the command line; null after saying what is wrong with it.</summary>
    public static NodesOptions? Read(IReadOnlyList<string> arguments)
    {
        var options = new NodesOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count || !int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out var value) || value < 1)
            {
                Console.Error.WriteLine($"{arguments[i]}: write a number above zero behind it.");
                return null;
            }

            switch (arguments[i])
            {
                case "--requests":
                    options = options with { Requests = value };
                    break;
                case "--nodes":
                    options = options with { Nodes = value };
                    break;
                case "--events":
                    options = options with { Events = value };
                    break;
                case "--seed":
                    options = options with { Seed = value };
                    break;
                case "--speed":
                    options = options with { Speed = value };
                    break;
                default:
                    Console.Error.WriteLine($"{arguments[i]}: unknown. Options: --requests N, --nodes N, --events N, --seed N, --speed N.");
                    return null;
            }
        }

        return options;
    }
}
