using System.Text.Json;

namespace Gibbon.Proxy.Watching;

/// <summary>A step in the tree of timings: how long it took, over all the times it was gone through, and what it is made of.</summary>
internal sealed class DebugNode(string name)
{
    private readonly List<DebugNode> _children = [];
    private double _milliseconds;

    public string Name => name;

    public IReadOnlyList<DebugNode> Children => _children;

    public double Milliseconds => _milliseconds;

    /// <summary>Whether the answer was at hand, for a look-up.</summary>
    public bool? CacheHit { get; set; }

    /// <summary>Whether it was gone through itself, and does not only hold others together.</summary>
    public bool IsTimed { get; private set; }

    /// <summary>The step of that name below this one.</summary>
    public DebugNode Child(string childName)
    {
        foreach (DebugNode child in _children)
        {
            if (child.Name == childName)
            {
                return child;
            }
        }

        DebugNode added = new(childName);
        _children.Add(added);
        return added;
    }

    public void Add(double milliseconds)
    {
        _milliseconds += milliseconds;
        IsTimed = true;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(name);
        WriteContent(json);
        json.WriteEndObject();
    }

    /// <summary>What stands between the braces.</summary>
    public void WriteContent(Utf8JsonWriter json)
    {
        if (_children.Count > 0)
        {
            json.WriteStartObject("child");
            foreach (DebugNode child in _children)
            {
                child.Write(json);
            }

            json.WriteEndObject();
        }

        if (IsTimed)
        {
            json.WriteNumber("total_time", Rounded(_milliseconds));
        }

        if (CacheHit is { } hit)
        {
            json.WriteBoolean("cache_hit", hit);
        }
    }

    /// <summary>Down to two decimals, as Kong has it.</summary>
    public static double Rounded(double milliseconds) => Math.Floor(milliseconds * 100) / 100;
}
