using System.Text;

namespace Parsimony.EndToEnd.Tests;

/// <summary>What happened, as a hash that is always kept and a text that is kept when somebody wants to read it.</summary>
internal sealed class SimulationTrace(bool keepsText)
{
    private readonly StringBuilder? _text = keepsText ? new StringBuilder() : null;

    /// <summary>FNV-1a over all lines: two runs of a seed that differ anywhere differ here.</summary>
    public ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    public void Add(string line)
    {
        foreach (var letter in line)
        {
            Hash = (Hash ^ letter) * 1_099_511_628_211;
        }

        _text?.AppendLine(line);
    }

    public override string ToString() => _text?.ToString() ?? "";
}
