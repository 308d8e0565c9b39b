using System.Runtime.InteropServices;
using Gibbon.Lua.Native;

namespace Gibbon.Lua.Tests;

/// <summary>LuaJIT needs room for what it compiles within a gigabyte of its library, which the runtime's own reservations would not always leave it.</summary>
public sealed class MachineCodeTests
{
    [Fact]
    public async Task A_loop_is_compiled_in_every_state()
    {
        const string body = """
            local sum = 0
            for i = 1, 1000 do sum = sum + i end
            kong.response.exit(200, ngx.worker.id() .. " " .. tostring(require("jit.util").traceinfo(1) ~= nil))
            """;
        for (int round = 0; round < 3; round++)
        {
            await using LuaScene scene = await LuaScene.AccessAsync(body, new Dictionary<string, string> { ["nginx_worker_processes"] = "1" });
            Assert.Equal("0 true", await scene.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public unsafe void What_is_loaded_comes_to_lie_where_nothing_else_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "RoomAround is for the way Linux gives addresses");

        // Other threads give addresses back meanwhile, which it may get: then it is tried again, as with the library.
        bool hasRoom = false;
        for (int attempt = 0; attempt < 50 && !hasRoom; attempt++)
        {
            using RoomAround room = RoomAround.Make();
            void* loaded = NativeMemory.Alloc(64 << 20);
            hasRoom = room.Has((nint)loaded);
            NativeMemory.Free(loaded);
        }

        Assert.True(hasRoom);
    }
}
