using BenchmarkDotNet.Running;
using Gibbon.Benchmarks.Crowd;

if (args is ["crowd", .. var rest])
{
    return await CrowdProgram.RunAsync(rest).ConfigureAwait(false);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
