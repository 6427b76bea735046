using System.Reflection;

namespace Parsimony.Cli;

/// <summary>The demo's folder: its files, and the lock that keeps it to one demo at a time. The operating system gives the lock back however the demo ends.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string LockName = "demo.lock";
    private readonly FileStream _lock;

    private DemoFolder(string path, FileStream held)
    {
        Root = path;
        _lock = held;
    }

    public string Root { get; }

    public string Store => Path.Combine(Root, "demo.db");

    public string Messages => Path.Combine(Root, "messages.jsonl");

    public string Instructions => Path.Combine(Root, "system.md");

    public string Faults => Path.Combine(Root, "faults.json");

    public string Mark => Path.Combine(Root, "demo.json");

    /// <summary>Takes the folder.</summary>
    /// <exception cref="UserException">It cannot be written, or another demo has it.</exception>
    public static DemoFolder Open(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"The demo's folder {full} cannot be made: {exception.Message}");
        }

        try
        {
            return new DemoFolder(full, new FileStream(Path.Combine(full, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new UserException($"Another demo is running in {full}; wait for its end, or end it.");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UserException($"The demo's folder {full} cannot be written: {exception.Message}");
        }
    }

    /// <summary>Removes everything earlier demos left, but the lock and the mark, and lays out the input.</summary>
    public void Clear()
    {
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos())
        {
            if (entry.Name is LockName or "demo.json")
            {
                continue;
            }

            try
            {
                if (entry is DirectoryInfo folder)
                {
                    folder.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new UserException($"{entry.FullName} of an earlier demo cannot be removed: {exception.Message}");
            }
        }
    }

    /// <summary>Writes the messages, the system text and the fault script that come with the program.</summary>
    public async Task WriteInputAsync(CancellationToken cancellationToken)
    {
        foreach (var path in (string[])[Messages, Instructions, Faults])
        {
            var name = Path.GetFileName(path);
            var source = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Demo/{name}")
                ?? throw new InvalidOperationException($"The program lacks its resource Demo/{name}.");
            await using (source.ConfigureAwait(false))
            {
                var target = File.Create(path);
                await using (target.ConfigureAwait(false))
                {
                    await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    public void Dispose() => _lock.Dispose();
}
