using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>Keys of tests.</summary>
internal static class Keys
{
    internal static ProtectionKey Old { get; } = ProtectionKey.Parse(new string('1', 64));

    internal static ProtectionKey New { get; } = ProtectionKey.Parse(new string('2', 64));

    internal static PayloadProtection First { get; } = new(Old);

    internal static PayloadProtection Rotated { get; } = new(New, Old);

    internal static PayloadProtection Second { get; } = new(New);
}
