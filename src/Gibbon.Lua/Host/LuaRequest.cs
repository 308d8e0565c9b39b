using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>What Lua keeps of one request: the worker it stays with, and there the table that <c>ngx.ctx</c> and <c>kong.ctx</c> live in.</summary>
internal sealed class LuaRequest(LuaWorker worker, int table) : IDisposable
{
    public LuaWorker Worker => worker;

    /// <summary>The reference to the request's table; see Modules/gibbon/host.lua for its places.</summary>
    public int Table => table;

    /// <summary>Bodies that <c>ngx.say</c> and <c>ngx.print</c> have collected.</summary>
    public MemoryStream? Output { get; set; }

    /// <summary>The status that <c>ngx.status</c> was set to before there was a response.</summary>
    public int Status { get; set; }

    public static LuaRequest Of(RequestContext context, LuaHost host)
    {
        if (context.HostState is LuaRequest known)
        {
            return known;
        }

        LuaRequest request = host.Choose().NewRequest();
        context.HostState = request;
        return request;
    }

    /// <summary>The request has ended.</summary>
    public void Dispose()
    {
        Output = null;
        Status = 0;
        worker.Retire(this);
    }
}
