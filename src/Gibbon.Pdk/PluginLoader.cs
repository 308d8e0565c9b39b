namespace Gibbon.Pdk;

/// <summary>Makes plugins that are not written in C#: what the executable puts in beside the bundled plugins.</summary>
public abstract class PluginLoader
{
    /// <summary>The names of those that come with the gateway: <c>plugins = bundled</c> enables them.</summary>
    public abstract IReadOnlyCollection<string> Bundled { get; }

    /// <summary>
    /// Raised when what it loaded last is no longer what it would load now in a way that the plugins cannot see to themselves: their configuration, their entities or the phases they take part
    /// in. The gateway then loads everything anew beside what it has, and goes on with that if nothing is wrong.
    /// </summary>
    public event Action? BecameOutdated;

    /// <summary>Whether a reload must load the plugins anew, though no setting has changed.</summary>
    public virtual bool IsOutdated => false;

    /// <summary>
    /// Makes plugins for one gateway. Called at the start, when a reload brings other settings, and by commands that only check; such plugins are thrown away unused. A
    /// plugin that is <see cref="IAsyncDisposable"/> is disposed of with the gateway.
    /// </summary>
    /// <param name="names">The names of enabled plugins that nobody else has.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The plugins, one for each name.</returns>
    /// <exception cref="PluginLoadException">One of them is not there, or cannot be used; the message is what the user reads.</exception>
    public abstract IReadOnlyList<Plugin> Load(IReadOnlyCollection<string> names, ISettings settings);

    /// <summary>Raises <see cref="BecameOutdated"/>.</summary>
    protected void OnOutdated() => BecameOutdated?.Invoke();
}
