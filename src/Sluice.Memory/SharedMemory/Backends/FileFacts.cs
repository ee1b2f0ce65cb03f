namespace Sluice.Memory;

/// <summary>What <c>statx(2)</c> tells of a file.</summary>
/// <param name="Mode">Type and permissions.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct FileFacts(int Mode, long Size)
{
    private const int TypeMask = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG

    public bool IsRegular => (Mode & TypeMask) == Regular;
}
