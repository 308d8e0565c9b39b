using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>What Lua keeps of one request: the worker it stays with, and there the table that <c>ngx.ctx</c> and <c>kong.ctx</c> live in.</summary>
internal sealed class LuaRequest(LuaWorker worker, int table) : IDisposable
{
    public LuaWorker Worker => worker;

    /// <summary>The reference to the request's table; see Modules/gibbon/host.lua for its places.</summary>
    public int Table => table;

    /// <summary>Its number in <see cref="Native.LuaStamps"/>; 0 until it has one. For whoever is in the state.</summary>
    public double Number { get; set; }

    /// <summary>The connections that were opened for the request: those that are still open go with it.</summary>
    public List<long> Sockets { get; } = [];

    /// <summary>What an endpoint of a plugin has answered.</summary>
    public EndpointResponse? Answer { get; set; }

    /// <summary>What a piece of Lua that an operator has written returned.</summary>
    public object? Result { get; set; }

    /// <summary>The log of the API whose endpoint this is a request to; null for one to the proxy.</summary>
    public PluginLogger? Log { get; set; }

    /// <summary>The reference to the function that chooses another target before a retry; 0 if there is none.</summary>
    public int RetryFunction { get; private set; }

    /// <summary>Why the plugin knows no other target; null while it knows one.</summary>
    public string? RetryFailure { get; set; }

    /// <summary>The spans of the request that Lua has seen.</summary>
    public LuaSpans Spans { get; } = new();

    public static LuaRequest Of(RequestContext context, LuaHost host)
    {
        if (context.HostState is LuaRequest known)
        {
            return known;
        }

        LuaRequest request = host.NewRequest();
        context.HostState = request;
        return request;
    }

    /// <summary>Keeps a function that chooses another target, in place of the one before.</summary>
    public void Keep(int function)
    {
        if (RetryFunction != 0)
        {
            worker.Release(RetryFunction);
        }

        RetryFunction = function;
    }

    /// <summary>The request has ended.</summary>
    public void Dispose()
    {
        Log = null;
        Spans.Clear();
        Keep(0);
        worker.Retire(this);
    }
}
