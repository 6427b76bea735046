namespace Parsimony.Engine;

/// <summary>Reads the section that names the keys payloads are protected with. A key itself never stands in a file: only a variable or another file that holds it.</summary>
internal static class ProtectionReader
{
    public static PayloadProtection? Read(MapReader map, ConfigurationSources sources)
    {
        var keys = new KeyReader();
        var current = ReadKey(
            map.Or("key", map.Has("keyFile") ? null : PayloadProtection.KeyVariable, sources)
                .Or("keyFile", map.Has("key") ? null : PayloadProtection.KeyFileVariable, sources), keys);
        var older = new List<ProtectionKey>();
        foreach (var entry in map.List("olderKeys"))
        {
            if (ReadKey(entry, keys) is { } key)
            {
                older.Add(key);
            }

            entry.End();
        }

        older.AddRange(keys.Many(
            PayloadProtection.OlderKeysVariable, sources.Variable(PayloadProtection.OlderKeysVariable),
            PayloadProtection.OlderKeysFileVariable, sources.Variable(PayloadProtection.OlderKeysFileVariable)));
        map.Know("key", "keyFile", "olderKeys");
        map.End();
        foreach (var fault in keys.Faults)
        {
            var end = fault.IndexOf(": ", StringComparison.Ordinal);
            map.Report.Fault(map.Place, fault[..end], fault[(end + 2)..]);
        }

        return current is null && older.Count == 0 ? null : new PayloadProtection(current, older);
    }

    private static ProtectionKey? ReadKey(MapReader map, KeyReader keys)
    {
        if (map.Has("key") && !map.IsExpanded("key"))
        {
            map.Know("key");
            map.Fault("key", "stands in the file itself; write the variable that holds it, ${NAME}, or name a file with keyFile.");
            return null;
        }

        return keys.One(map.KeyOf("key"), map.Text("key", isSecret: true), map.KeyOf("keyFile"), map.Text("keyFile"));
    }
}
