using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Memory.Bench.IoVectors;

/// <summary>The same work in C, compiled by gcc when the bench starts; null without gcc.</summary>
internal sealed unsafe class CTranscription
{
    private readonly delegate* unmanaged<long, uint, int, double> _allocateRelease;
    private readonly delegate* unmanaged<long, int, double> _cloneRelease;

    private CTranscription(nint library)
    {
        _allocateRelease = (delegate* unmanaged<long, uint, int, double>)
            NativeLibrary.GetExport(library, "allocate_release");
        _cloneRelease = (delegate* unmanaged<long, int, double>)
            NativeLibrary.GetExport(library, "clone_release");
    }

    public static CTranscription? Compile()
    {
        string source = Path.Combine(
            AppContext.BaseDirectory, "IoVectors/evpl_transcription.c");
        string library = Path.Combine(AppContext.BaseDirectory, "evpl_transcription.so");
        try
        {
            using var gcc = Process.Start(
                "gcc", ["-O2", "-march=native", "-fPIC", "-shared", "-o", library, source]);
            gcc.WaitForExit();
            return gcc.ExitCode == 0 ? new CTranscription(NativeLibrary.Load(library)) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public double AllocateRelease(long times, int length, bool isShared) =>
        _allocateRelease(times, (uint)length, isShared ? 1 : 0);

    public double CloneRelease(long times, bool isShared) =>
        _cloneRelease(times, isShared ? 1 : 0);
}
