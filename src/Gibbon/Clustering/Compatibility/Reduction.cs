using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Compatibility;

/// <summary>
/// Makes of a configuration what an older data plane understands: fields go, or get the value that they had in their time. What is done is told in Kong's words.
/// </summary>
internal sealed class Reduction(ValueMap table, string version)
{
    private readonly long _number = KongVersion.Number(version);

    /// <summary>What the log is to say, once for each data plane.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Whether anything was changed.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Changes the table in place.</summary>
    public void Apply()
    {
        if (_number == KongVersion.Number(KongVersion.Current))
        {
            return;
        }

        PluginReductions plugins = new(this, _number);
        EntityReductions entities = new(this, _number);
        foreach (ValueMap plugin in All("plugins"))
        {
            plugins.Apply(plugin);
        }

        entities.Apply();
        ILookup<string, string> unknown = UnknownFields.For(_number);
        foreach (ValueMap plugin in All("plugins"))
        {
            if (plugin.GetString("name") is { } name && unknown.Contains(name) && plugin.GetMap("config") is { } config)
            {
                plugins.Rename(name, config);
                Remove(name, config, unknown[name]);
            }
        }
    }

    /// <summary>The entities of a kind.</summary>
    public IEnumerable<ValueMap> All(string kind) => (table.Get(kind) as ValueList ?? []).OfType<ValueMap>();

    public void Changed() => HasChanged = true;

    /// <summary>Notes a change.</summary>
    /// <param name="what">What the configuration has.</param>
    /// <param name="done">What becomes of it.</param>
    public void Changed(string what, string done)
    {
        HasChanged = true;
        Note(what, done);
    }

    public void Note(string what, string done) =>
        Notes.Add($"Kong Gateway v{KongVersion.Current} {what} which is incompatible with dataplane version {version} and will {done}.");

    private void Remove(string plugin, ValueMap config, IEnumerable<string> fields)
    {
        foreach (string field in fields)
        {
            string[] path = field.Split('.');
            ValueMap? place = config;
            foreach (string step in path.AsSpan(0, path.Length - 1))
            {
                place = place?.GetMap(step);
            }

            if (place is not null && place.Remove(path[^1]))
            {
                HasChanged = true;
                Notes.Add($"{plugin.Replace('-', '_')} plugin contains configuration '{field}' which is incompatible with dataplane and will be ignored");
            }
        }
    }
}
