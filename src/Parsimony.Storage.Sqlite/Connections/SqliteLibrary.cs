using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Parsimony.Storage.Sqlite;

/// <summary>Which SQLite is used: the operating system's where it is new enough, else the bundled one. Chosen once per process.</summary>
public static class SqliteLibrary
{
    /// <summary>The oldest usable version: UPDATE ... FROM, RETURNING and upserts without a target.</summary>
    public const int OldestVersion = 3_035_000;

    private static readonly Lazy<(string Name, string Version)> Chosen = new(Choose);

    /// <summary>Where the library came from, for example <c>libsqlite3.so.0</c>, or <c>bundled</c>.</summary>
    public static string Name => Chosen.Value.Name;

    /// <summary>Its version, for example <c>3.40.1</c>.</summary>
    public static string Version => Chosen.Value.Version;

    internal static void EnsureLoaded() => _ = Chosen.Value;

    private static (string Name, string Version) Choose()
    {
        var (handle, name) = FindSystemLibrary();
        if (handle != 0)
        {
            NativeLibrary.SetDllImportResolver(
                typeof(SQLite3Provider_e_sqlite3).Assembly,
                (library, _, _) => library == "e_sqlite3" ? handle : 0);
        }

        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        // Counting its memory costs SQLite a process-wide lock at every allocation. Refused when SQLite was used before; then it stays.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return (name, raw.sqlite3_libversion().utf8_to_string());
    }

    private static (nint Handle, string Name) FindSystemLibrary()
    {
        string[] names = OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
            : OperatingSystem.IsMacOS() ? ["/usr/lib/libsqlite3.dylib", "libsqlite3.dylib"]
            : ["libsqlite3.so.0"];
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), DllImportSearchPath.System32, out var handle))
            {
                continue;
            }

            if (VersionOf(handle) >= OldestVersion)
            {
                return (handle, Path.GetFileName(name));
            }

            NativeLibrary.Free(handle);
        }

        return (0, "bundled");
    }

    private static unsafe int VersionOf(nint handle) =>
        NativeLibrary.TryGetExport(handle, "sqlite3_libversion_number", out var address)
            ? ((delegate* unmanaged[Cdecl]<int>)address)()
            : 0;
}
