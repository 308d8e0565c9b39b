using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary>The function of a plugin that chooses another target before a retry: it runs in the request's state, as a phase does.</summary>
internal static class TargetRetries
{
    /// <summary>Keeps the function for as long as the request lasts.</summary>
    public static int Set(LuaCall call)
    {
        if (call.Run is { Request: { } request } run)
        {
            LuaApi.lua_pushvalue(call.L, 1);
            LuaApi.lua_xmove(call.L, call.State.Main, 1);
            request.Keep(call.State.Keep());
            LuaPlugin? plugin = run.Plugin;
            call.Context.Service.SetTargetRetryCallback(again => AskAsync(again, request, plugin));
        }

        return 0;
    }

    /// <summary>The function has no other target.</summary>
    public static int Fail(LuaCall call)
    {
        if (call.Run?.Request is { } request)
        {
            request.RetryFailure = call.TextOrNull(1) ?? "nil";
        }

        return 0;
    }

    private static async ValueTask<Result> AskAsync(RequestContext context, LuaRequest request, LuaPlugin? plugin)
    {
        request.RetryFailure = null;
        LuaRun run = request.Worker.NewRun();
        run.Prepare(plugin, request, context, Phase.Balancer, null, stack =>
        {
            LuaState.PushKept(stack, request.RetryFunction);
            return 1;
        });
        await request.Worker.RunAsync(run).ConfigureAwait(false);
        return request.RetryFailure is { } failure ? Result.Failure(failure) : Result.Ok;
    }
}
