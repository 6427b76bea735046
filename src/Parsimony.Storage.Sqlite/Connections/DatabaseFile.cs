namespace Parsimony.Storage.Sqlite;

/// <summary>A database's file while it is opened.</summary>
internal static class DatabaseFile
{
    /// <summary>Makes a new file that others may not read.</summary>
    internal static void CreatePrivately(string path)
    {
        // Prompts are in it: when it is new, others may not read it. SQLite gives its log the same permissions.
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            if (!File.Exists(path))
            {
                var mode = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
                if (!OperatingSystem.IsWindows())
                {
                    mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                new FileStream(path, mode).Dispose();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SqliteStoreException(
                $"The database '{path}' cannot be created: {e.Message} Choose a path in a folder this user may write to.", e);
        }
    }

    /// <summary>Sets what holds for a connection that writes.</summary>
    internal static void Configure(Connection writer, SqliteStoreOptions options, bool isInMemory)
    {
        writer.Execute($"PRAGMA cache_size = -{options.CacheBytes / 1024}");
        // What is removed is overwritten: pruned and erased payloads do not lie on in free pages.
        writer.Execute("PRAGMA secure_delete = ON");
        if (isInMemory)
        {
            return;
        }

        // A larger page size makes payload pages cheaper and scattered index writes dearer; 4096 measured best.
        writer.Execute("PRAGMA page_size = 4096");
        if (writer.Scalar("PRAGMA journal_mode = WAL") != "wal")
        {
            throw new SqliteStoreException("The database cannot keep a write-ahead log here. Choose a path on a local disk.");
        }

        writer.Execute($"PRAGMA wal_autocheckpoint = {options.CheckpointBytes / 4096}");
        writer.Execute("PRAGMA synchronous = NORMAL");
    }

    /// <summary>Learns, or gives, the number of the current payload key.</summary>
    internal static void NumberKey(Connection writer)
    {
        if (writer.Pages.Current is { } key)
        {
            writer.Use("AddPayloadKey").With(key.Id).Run();
            using var row = writer.Use("FindPayloadKey").With(key.Id);
            writer.Pages.Number(row.Step() ? row.Int32() : throw new SqliteStoreException("The number of a payload key is gone. Restore a backup."));
        }
    }
}
