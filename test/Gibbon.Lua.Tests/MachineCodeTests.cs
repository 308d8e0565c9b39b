using System.Globalization;

namespace Gibbon.Lua.Tests;

/// <summary>LuaJIT needs room for what it compiles within a gigabyte of its library, which the runtime's own reservations would not always leave it.</summary>
public sealed class MachineCodeTests
{
    private const long Reach = 1L << 30;

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
    public async Task Most_of_what_is_near_the_library_is_free()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using LuaScene scene = await LuaScene.AccessAsync("kong.response.exit(200)");

        List<(long Start, long End, string Name)> mappings = [.. File.ReadAllLines("/proc/self/maps").Select(Parse)];
        long library = mappings.First(static mapping => mapping.Name.Contains("libluajit", StringComparison.Ordinal)).Start;
        long taken = mappings.Sum(mapping => Math.Max(0, Math.Min(mapping.End, library + Reach) - Math.Max(mapping.Start, library - Reach)));

        Assert.InRange(taken, 1, Reach);
    }

    private static (long Start, long End, string Name) Parse(string line)
    {
        string[] bounds = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-');
        return (
            long.Parse(bounds[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            long.Parse(bounds[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
    }
}
