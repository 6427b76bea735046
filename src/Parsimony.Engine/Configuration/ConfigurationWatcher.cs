using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Parsimony.Engine;

/// <summary>A configuration that was picked up while running.</summary>
public sealed class ConfigurationChangedEventArgs(ParsimonyConfiguration before, ParsimonyConfiguration now) : EventArgs
{
    /// <summary>What held until now.</summary>
    public ParsimonyConfiguration Before { get; } = before;

    /// <summary>What holds from now on.</summary>
    public ParsimonyConfiguration Now { get; } = now;
}

/// <summary>An edit that cannot be used; the configuration before it stays.</summary>
public sealed class ConfigurationRefusedEventArgs(IReadOnlyList<string> faults) : EventArgs
{
    /// <summary>Every fault of the edit.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Picks up changes of a configuration file. Compares contents on a timer: file events differ by platform and are absent on network and
/// container mounts. Thread safe; events come one at a time, from the timer's thread.</summary>
public sealed partial class ConfigurationWatcher : IDisposable
{
    private readonly string _path;
    private readonly ConfigurationSources _sources;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _check = new();
    private Sight _seen;
    private Sight _pending;
    private string _used;
    private volatile ParsimonyConfiguration _current;
    private volatile IReadOnlyList<string> _faults = [];
    private volatile bool _isDisposed;

    /// <summary>Loads the file and begins to watch it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sources">What it is read against.</param>
    /// <param name="time">Whose timer is used.</param>
    /// <param name="interval">Time between two looks; 2 seconds when null.</param>
    /// <param name="logger">Where changes and refused edits are logged; nowhere when null.</param>
    /// <exception cref="ConfigurationException">The file cannot be used as it is now.</exception>
    public ConfigurationWatcher(string path, ConfigurationSources sources, TimeProvider time, TimeSpan? interval = null, ILogger? logger = null)
    {
        _path = path;
        _sources = sources;
        _logger = logger ?? NullLogger.Instance;
        _used = ConfigurationFile.ReadFile(path);
        _current = ConfigurationFile.LoadText(_used, path, sources);
        _seen = _pending = new Sight(_used, null);
        var period = interval ?? TimeSpan.FromSeconds(2);
        _timer = time.CreateTimer(static state => (state as ConfigurationWatcher)?.Tick(), this, period, period);
    }

    /// <summary>The last configuration that could be used.</summary>
    public ParsimonyConfiguration Current => _current;

    /// <summary>The faults of the file as it is now; empty when <see cref="Current"/> is what it says.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>A changed file is in use.</summary>
    public event EventHandler<ConfigurationChangedEventArgs>? Changed;

    /// <summary>A changed file cannot be used; raised once per edit.</summary>
    public event EventHandler<ConfigurationRefusedEventArgs>? Refused;

    /// <summary>Looks now; true when a changed configuration came into use.</summary>
    public bool Check()
    {
        lock (_check)
        {
            return !_isDisposed && Take(Read());
        }
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
    }

    private void Tick()
    {
        lock (_check)
        {
            // An editor may be halfway through writing: only what two looks in a row agree on is taken.
            var seen = Read();
            var isSettled = seen == _pending;
            _pending = seen;
            if (isSettled && !_isDisposed)
            {
                Take(seen);
            }
        }
    }

    private Sight Read()
    {
        try
        {
            var text = ConfigurationFile.ReadFile(_path);
            return text.AsSpan().Trim().IsEmpty ? new Sight(null, $"{_path}: is empty; write a configuration, or restore it.") : new Sight(text, null);
        }
        catch (ConfigurationException e)
        {
            return new Sight(null, e.Message);
        }
    }

    private bool Take(Sight seen)
    {
        if (seen == _seen)
        {
            return false;
        }

        _seen = seen;
        if (seen.Text is not { } text)
        {
            Refuse([seen.Fault ?? ""]);
            return false;
        }

        if (text == _used)
        {
            _faults = [];
            LogRestored(_path);
            return false;
        }

        ParsimonyConfiguration now;
        try
        {
            now = ConfigurationFile.LoadText(text, _path, _sources);
        }
        catch (ConfigurationException e)
        {
            Refuse(e.Faults);
            return false;
        }

        var before = _current;
        (_used, _current, _faults) = (text, now, []);
        LogChanged(_path, now.Warnings.Count);
        Raise(Changed, new ConfigurationChangedEventArgs(before, now));
        return true;
    }

    private void Refuse(IReadOnlyList<string> faults)
    {
        _faults = faults;
        LogRefused(_path, string.Join(" | ", faults));
        Raise(Refused, new ConfigurationRefusedEventArgs(faults));
    }

    // A listener's mistake must end neither the timer nor the process.
    private void Raise<T>(EventHandler<T>? listeners, T happened)
    {
        try
        {
            listeners?.Invoke(this, happened);
        }
        catch (Exception e)
        {
            LogListenerFailed(e, _path);
        }
    }

    private readonly record struct Sight(string? Text, string? Fault);
}
